import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IndexName, TenantId } from '../../src/core/ids.ts'
import type { Scope } from '../../src/core/types.ts'
import { isLoopback } from '../../src/http/loopback.ts'
import { openApp, question, type TestApp } from './fixture.ts'

const keyFor = async ({ keys }: TestApp, scopes: readonly Scope[], tenant = 'acme') =>
  (await keys.create({ tenant: tenant as TenantId, scopes, label: '' })).secret
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })

const ROUTES: readonly [Scope, 'GET' | 'POST' | 'DELETE', string][] = [
  ['retrieve', 'POST', '/v1/retrieve'],
  ['retrieve', 'GET', '/v1/documents'],
  ['retrieve', 'GET', '/v1/documents/a'],
  ['retrieve', 'GET', '/v1/documents/a/text'],
  ['retrieve', 'GET', '/v1/indexes'],
  ['retrieve', 'GET', '/v1/indexes/a'],
  ['ingest', 'POST', '/v1/documents'],
  ['ingest', 'POST', '/v1/documents/batch'],
  ['ingest', 'POST', '/v1/documents/known'],
  ['ingest', 'POST', '/v1/documents/delete'],
  ['ingest', 'DELETE', '/v1/documents/a'],
  ['ingest', 'POST', '/v1/indexes'],
  ['ingest', 'GET', '/v1/jobs'],
  ['ingest', 'GET', '/v1/jobs/a'],
  ['ingest', 'GET', '/v1/jobs/a/events'],
  ['ingest', 'POST', '/v1/jobs/a/cancel'],
  ['ingest', 'POST', '/v1/jobs/a/retry'],
  ['ingest', 'GET', '/v1/dead-letters'],
  ['ingest', 'GET', '/v1/dead-letters/a/payload'],
  ['ingest', 'POST', '/v1/dead-letters/retry'],
  ['ingest', 'POST', '/v1/dead-letters/discard'],
  ['admin', 'DELETE', '/v1/indexes/a'],
  ['admin', 'POST', '/v1/indexes/a/verify'],
  ['admin', 'POST', '/v1/indexes/a/repair'],
  ['admin', 'GET', '/v1/indexes/a/duplicates'],
  ['admin', 'POST', '/v1/indexes/a/calibrate'],
  ['admin', 'GET', '/v1/indexes/a/versions'],
  ['admin', 'GET', '/v1/indexes/a/versions/diff'],
  ['admin', 'POST', '/v1/indexes/a/versions'],
  ['admin', 'POST', '/v1/indexes/a/versions/v2/publish'],
  ['admin', 'POST', '/v1/indexes/a/rollback'],
  ['admin', 'POST', '/v1/indexes/a/canary'],
  ['admin', 'POST', '/v1/indexes/a/gate'],
  ['admin', 'GET', '/v1/indexes/a/golden'],
  ['admin', 'POST', '/v1/indexes/a/golden'],
  ['admin', 'DELETE', '/v1/indexes/a/golden'],
  ['admin', 'POST', '/v1/backups'],
  ['admin', 'GET', '/v1/usage'],
  ['admin', 'GET', '/v1/usage/diff?before=a&after=b'],
  ['admin', 'POST', '/v1/keys'],
  ['admin', 'GET', '/v1/keys'],
  ['admin', 'DELETE', '/v1/keys/a'],
  ['admin', 'GET', '/metrics'],
]

test('where keys are required, every route below /v1 needs one with its scope', async (t) => {
  const opened = await openApp(t, { settings: { authRequired: true } })
  const { app } = opened
  const documented = Object.entries((await app.inject('/openapi.json')).json<{ paths: Record<string, object> }>().paths).flatMap(
    ([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`),
  )
  const v1 = documented.filter((route) => route.includes('/v1/') || route.endsWith('/metrics'))
  assert.equal(ROUTES.length, v1.length, `every route stands in this table: ${v1.join(', ')}`)
  for (const [scope, method, url] of ROUTES) {
    const others = (['retrieve', 'ingest', 'admin'] as const).filter((other) => other !== scope)
    const none = await app.inject({ method, url })
    const wrong = await app.inject({ method, url, headers: bearer(await keyFor(opened, others)) })
    const right = await app.inject({ method, url, headers: bearer(await keyFor(opened, [scope])) })
    assert.deepEqual(
      [none.statusCode, none.json<{ code: string }>().code, none.headers['www-authenticate']],
      [401, 'unauthenticated', 'Bearer'],
      url,
    )
    assert.deepEqual([wrong.statusCode, wrong.json<{ code: string; scope: string }>().scope], [403, scope], url)
    assert.ok(right.statusCode !== 401 && right.statusCode !== 403, url)
  }
})

test('health, documentation and what is public stay open', async (t) => {
  const { app } = await openApp(t, { settings: { authRequired: true, metricsPublic: true } })
  for (const url of ['/', '/livez', '/readyz', '/metrics', '/openapi.json', '/docs/', '/docs/errors', '/docs/json'])
    assert.equal((await app.inject(url)).statusCode, 200, url)
})

test('on loopback no key is needed, but a wrong one is refused', async (t) => {
  const opened = await openApp(t)
  const ask = (headers: Record<string, string> = {}) =>
    opened.app.inject({ method: 'POST', url: '/v1/retrieve', payload: question(), headers })
  assert.equal((await ask()).statusCode, 200)
  const revoked = await keyFor(opened, ['retrieve'])
  await opened.keys.revoke('k1')
  for (const headers of [
    bearer('wrong'),
    bearer(revoked),
    bearer('x'.repeat(600)),
    { authorization: 'Basic eDp5' },
    { authorization: 'Bearer' },
    { authorization: '' },
  ]) {
    assert.equal((await ask(headers)).statusCode, 401, JSON.stringify(headers).slice(0, 80))
  }
})

test('without a key nobody asks through a page of another site', async (t) => {
  const opened = await openApp(t)
  const ask = async (headers: Record<string, string>) => (await opened.app.inject({ url: '/v1/indexes', headers })).statusCode
  for (const host of ['localhost', 'localhost:7410', '127.0.0.1:7410', '[::1]:7410']) assert.equal(await ask({ host }), 200, host)
  for (const host of ['evil.example', 'evil.example:7410', 'localhost.evil.example', '127.0.0.1.evil.example:80'])
    assert.equal(await ask({ host }), 401, host)
  assert.equal(await ask({ origin: 'http://127.0.0.1:7410' }), 200)
  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example']) assert.equal(await ask({ origin }), 401, origin)
  const key = bearer(await keyFor(opened, ['retrieve']))
  assert.equal(await ask({ ...key, host: 'ration.example', origin: 'https://app.example' }), 200, 'a key is worth as much from anywhere')
})

test('the tenant comes from the key and from nowhere else', async (t) => {
  const opened = await openApp(t)
  const { app, indexes, ledger } = opened
  const headers = { ...bearer(await keyFor(opened, ['ingest', 'retrieve'])), 'x-ration-tenant': 'other' }
  await app.inject({ method: 'POST', url: '/v1/documents', payload: { documents: [{ id: 'a', content: 'x' }], wait: true }, headers })
  await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question(), headers })
  await app.inject({ method: 'GET', url: '/v1/indexes', headers: { 'x-ration-tenant': 'acme' } })
  assert.deepEqual([...indexes.stored.keys()], ['acme/default'])
  assert.deepEqual(
    ledger.rows.map(({ tenant, key }) => [tenant, key]),
    [
      ['acme', 'k1'],
      ['acme', 'k1'],
    ],
  )
  assert.deepEqual((await app.inject({ url: '/v1/indexes', headers: { 'x-ration-tenant': 'acme' } })).json(), { indexes: [] })
})

test('a key manages the keys of its own tenant only', async (t) => {
  const opened = await openApp(t, { settings: { authRequired: true } })
  const { app } = opened
  const headers = bearer(await keyFor(opened, ['admin']))
  await keyFor(opened, ['admin'], 'other')
  const made = await app.inject({ method: 'POST', url: '/v1/keys', headers, payload: { scopes: ['retrieve'], label: 'bot' } })
  assert.equal(made.statusCode, 201)
  assert.deepEqual(made.json(), {
    key: { id: 'k3', tenant: 'acme', scopes: ['retrieve'], label: 'bot', created_at: '2026-01-01T00:00:00.000Z', revoked_at: null },
    secret: 'rk_k3_secret',
  })
  const elsewhere = await app.inject({ method: 'POST', url: '/v1/keys', headers, payload: { tenant: 'other', scopes: ['admin'] } })
  assert.equal(elsewhere.json<{ code: string }>().code, 'forbidden')
  const listed = await app.inject({ url: '/v1/keys', headers })
  assert.deepEqual(
    listed.json<{ keys: { id: string }[] }>().keys.map(({ id }) => id),
    ['k1', 'k3'],
  )
  assert.ok(!listed.body.includes('secret'))
  assert.equal((await app.inject({ method: 'DELETE', url: '/v1/keys/k2', headers })).json<{ code: string }>().code, 'key_not_found')
  const revoked = await app.inject({ method: 'DELETE', url: '/v1/keys/k3', headers })
  assert.deepEqual([revoked.statusCode, revoked.json<{ key: { revoked_at: string } }>().key.revoked_at], [200, '2026-01-02T00:00:00.000Z'])
})

test('only what surely is loopback counts as loopback', () => {
  for (const host of ['127.0.0.1', '127.8.9.10', '::1', '[::1]', 'localhost', 'LOCALHOST']) assert.ok(isLoopback(host), host)
  for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.com', 'localhost.example.com', '127.0.0.1.example.com', '', '1127.0.0.1'])
    assert.ok(!isLoopback(host), host)
})

test('whoever needs no key works for the default tenant of the configuration', async (t) => {
  const { app, ledger } = await openApp(t, {
    ports: { defaults: { tenant: 'acme' as TenantId, index: 'default' as IndexName, profile: 'fast', language: 'English', encodings: [] } },
  })
  assert.equal((await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })).statusCode, 200)
  assert.equal(ledger.rows[0]?.tenant, 'acme')
})
