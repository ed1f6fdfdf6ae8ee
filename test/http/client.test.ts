import assert from 'node:assert/strict'
import { mkdtemp, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client } from 'undici'
import { AppError } from '../../src/core/errors.ts'
import { createApi } from '../../src/http/client.ts'
import { question } from './fixture.ts'
import { BATCH, collect, from, never, openSocket } from './socket-fixture.ts'

test('the socket is for its owner: no key, every scope, the tenant of the header', async (t) => {
  const { api, socketPath, indexes } = await openSocket(t, { settings: { authRequired: true } })
  assert.equal((await stat(socketPath)).mode & 0o777, 0o600)
  assert.deepEqual(await api.request('GET', '/v1/indexes'), { indexes: [] })
  const client = new Client('http://localhost', { socketPath })
  t.after(() => client.close())
  const send = (tenant: string) =>
    client.request({
      method: 'POST',
      path: '/v1/documents',
      headers: { 'content-type': 'application/json', 'x-ration-tenant': tenant },
      body: JSON.stringify({ documents: [{ id: 'a', content: 'x' }], wait: true }),
    })
  const [good, bad] = [await send('acme'), await send('../x')]
  await good.body.dump()
  await bad.body.dump()
  assert.deepEqual([good.statusCode, bad.statusCode], [200, 400])
  assert.deepEqual([...indexes.stored.keys()], ['acme/default'])
})

test('an owner that ends before it has answered is no bug', async (t) => {
  const socketPath = join(await mkdtemp(join(tmpdir(), 'ration-http-')), 's')
  let answer = ''
  const server = createServer((socket) => socket.once('data', () => (answer === '' ? socket.destroy() : socket.end(answer))))
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  const api = createApi(socketPath)
  t.after(async () => {
    await api.close()
    server.close()
  })
  await assert.rejects(api.request('GET', '/v1/indexes'), { code: 'not_ready' })
  await assert.rejects(collect(api.stream(BATCH, from([{ id: 'a' }]), never)), { code: 'not_ready' })
  answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ncontent-length: 900\r\n\r\n{"type":"document"}\n'
  await assert.rejects(collect(api.stream(BATCH, from([{ id: 'a' }]), never)), { code: 'not_ready' })
})

test('the client gives JSON, text and errors as they are meant', async (t) => {
  const { api, socketPath } = await openSocket(t)
  await api.request('POST', '/v1/documents', { documents: [{ id: 'a/b', content: '漢字' }], wait: true })
  assert.equal(await api.request('GET', '/v1/documents/a%2Fb/text'), '漢字')
  assert.deepEqual(await api.request('DELETE', '/v1/documents/a%2Fb'), { deleted: 1, revision: 2 })
  await assert.rejects(api.request('GET', '/v1/documents/a%2Fb'), (error: unknown) => {
    assert.ok(error instanceof AppError)
    assert.deepEqual([error.code, error.details['id']], ['document_not_found', 'a/b'])
    return true
  })
  assert.equal(((await api.request('POST', '/v1/retrieve', question())) as { outcome: string }).outcome, 'ok')
  await assert.rejects(api.request('POST', '/v1/retrieve', question(), { 'idempotency-key': 'k' }), /headers\.idempotency-key/)
  const nobody = createApi(`${socketPath}-nobody`)
  await assert.rejects(nobody.request('GET', '/livez'), { code: 'not_ready' })
  await assert.rejects(collect(nobody.stream(BATCH, from([]), never)), { code: 'not_ready' })
  await nobody.close()
})
