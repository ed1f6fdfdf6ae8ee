import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WireAnswer } from '../../src/http/wire/answer.ts'
import { ask, dataDirectory, ration, serve } from './ration.ts'

const BOOTSTRAP = 'a-bootstrap-key-of-24-characters'
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

test('beyond loopback every caller needs a key, and sees the indexes of its own tenant only', async (t) => {
  const directory = await dataDirectory(t)
  const { send, url } = await serve(t, directory, { RATION_HTTP__HOST: '0.0.0.0', RATION_API_KEY: BOOTSTRAP })
  const status = async (method: string, path: string, secret: string | null, body?: unknown) => {
    const answer = await send(method, path, body, secret === null ? {} : bearer(secret))
    return answer.status < 400 ? answer.status : `${answer.status} ${answer.json.code}`
  }
  assert.equal(await status('POST', '/v1/retrieve', null, ask()), '401 unauthenticated')
  assert.equal(await status('GET', '/metrics', null), '401 unauthenticated')
  assert.equal(await status('GET', '/v1/indexes', 'rk_wrong'), '401 unauthenticated')
  assert.equal(await status('GET', '/livez', null), 200)
  assert.equal(await status('GET', '/v1/indexes', BOOTSTRAP), 200)

  const make = async (tenant: string, scopes: string) => {
    const { code, out } = await ration(['key', 'create', '--tenant', tenant, '--scopes', scopes, '--label', tenant, '--json'], directory)
    assert.equal(code, 0)
    return JSON.parse(out) as { secret: string; key: { id: string; tenant: string } }
  }
  const acme = await make('acme', 'retrieve,ingest')
  const other = await make('other', 'retrieve,ingest,admin')
  const reader = await make('acme', 'retrieve')
  for (const { secret } of [acme, other]) assert.equal(await status('POST', '/v1/indexes', secret, { name: 'docs' }), 201)
  const document = (word: string) => ({
    index: 'docs',
    wait: true,
    documents: [{ id: 'same', content: `The secret word of this tenant is ${word}.` }],
  })
  assert.equal(await status('POST', '/v1/documents', acme.secret, document('apple')), 200)
  assert.equal(await status('POST', '/v1/documents', other.secret, document('orange')), 200)
  assert.equal(await status('POST', '/v1/documents', reader.secret, document('plum')), '403 forbidden')
  assert.equal(await status('DELETE', '/v1/indexes/docs', acme.secret), '403 forbidden')
  const question = ask({ query: 'what is the secret word? apple orange' })
  for (const [secret, word] of [
    [reader.secret, 'apple'],
    [other.secret, 'orange'],
  ] as const) {
    const { json } = await send<WireAnswer>('POST', '/v1/retrieve', question, bearer(secret))
    assert.ok(json.context.includes(word))
    assert.equal(json.items.length, 1)
  }
  assert.equal(await status('POST', '/v1/retrieve', BOOTSTRAP, question), '404 index_not_found')

  const usage = await send<{ usage: { group: { tenant: string } }[] }>('GET', '/v1/usage?by=tenant', undefined, bearer(other.secret))
  assert.deepEqual(
    usage.json.usage.map(({ group }) => group.tenant),
    ['other'],
  )
  const seen = await send<{ keys: { tenant: string }[] }>('GET', '/v1/keys', undefined, bearer(other.secret))
  assert.deepEqual(
    seen.json.keys.map(({ tenant }) => tenant),
    ['other'],
  )
  assert.equal(await status('DELETE', `/v1/keys/${acme.key.id}`, other.secret), '404 key_not_found')
  assert.equal(await status('POST', '/v1/keys', other.secret, { tenant: 'acme', scopes: ['admin'] }), '403 forbidden')

  assert.equal((await ration(['key', 'revoke', reader.key.id], directory)).code, 0)
  assert.equal(await status('POST', '/v1/retrieve', reader.secret, question), '401 unauthenticated')
  assert.equal(await status('POST', '/v1/retrieve', acme.secret, question), 200)
  const listed = await ration(['key', 'list'], directory)
  assert.ok(listed.out.includes(acme.key.id) && !listed.out.includes(acme.secret))
  assert.ok((await fetch(`${url}/openapi.json`)).ok)
})
