import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createApi } from '../../src/http/client.ts'
import { listen } from '../../src/http/listen.ts'
import { echoRetriever } from './fakes.ts'
import { openApp, question, until } from './fixture.ts'

const loopback = { host: '127.0.0.1', port: 0 }
const post = (url: string | null) =>
  fetch(`${String(url)}/v1/retrieve`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(question()) })

test('one app answers on TCP and on the socket, over a leftover socket file', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'ration-http-'))
  t.after(() => rm(directory, { recursive: true }))
  const socketPath = join(directory, 's')
  await writeFile(socketPath, 'left behind')
  const { app } = await openApp(t)
  const listening = await listen(app, { tcp: loopback, socketPath, graceMs: 1000 })
  assert.match(String(listening.url), /^http:\/\/127\.0\.0\.1:\d+$/)
  assert.equal((await post(listening.url)).status, 200)
  const api = createApi(socketPath)
  assert.deepEqual(await api.request('GET', '/livez'), { status: 'ok' })
  await api.close()
  const closing = listening.close()
  assert.equal(listening.close(), closing)
  await closing
  await assert.rejects(post(listening.url))
})

test('closing lets what is in flight finish and refuses what is new', async (t) => {
  const held: (() => void)[] = []
  const retriever = {
    retrieve: async (...call: Parameters<typeof echoRetriever.retrieve>) => {
      await new Promise<void>((resolve) => held.push(resolve))
      return echoRetriever.retrieve(...call)
    },
  }
  const { app } = await openApp(t, { ports: { retriever } })
  const listening = await listen(app, { tcp: loopback, socketPath: null, graceMs: 60_000 })
  const answer = post(listening.url)
  await until(() => held.length === 1)
  const closed = listening.close()
  const refused = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
  assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code, refused.headers.connection], [503, 'shutting_down', 'close'])
  assert.equal((await app.inject('/readyz')).statusCode, 503)
  held[0]?.()
  const response = await answer
  assert.deepEqual([response.status, response.headers.get('connection')], [200, 'close'])
  await response.arrayBuffer()
  await closed
})

test('what does not finish within the grace is cut, and told to stop', async (t) => {
  let started = false
  let stopped = false
  const retriever = {
    retrieve: (_request: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise<never>((_resolve, reject) => {
        started = true
        signal.addEventListener('abort', () => {
          stopped = true
          reject(signal.reason as Error)
        })
      }),
  }
  const { app } = await openApp(t, { ports: { retriever } })
  const listening = await listen(app, { tcp: loopback, socketPath: null, graceMs: 20 })
  const answer = post(listening.url)
  const failed = assert.rejects(answer)
  await until(() => started)
  await listening.close()
  await failed
  await until(() => stopped)
})

test('an address that cannot be had is invalid_config, and nothing listens', async (t) => {
  const first = await openApp(t)
  const taken = await listen(first.app, { tcp: loopback, socketPath: null, graceMs: 0 })
  t.after(() => taken.close())
  const { app } = await openApp(t)
  const port = Number(new URL(String(taken.url)).port)
  await assert.rejects(listen(app, { tcp: { host: '127.0.0.1', port }, socketPath: null, graceMs: 0 }), { code: 'invalid_config' })
  await assert.rejects(listen(app, { tcp: null, socketPath: join(tmpdir(), 'x'.repeat(200)), graceMs: 0 }), { code: 'invalid_config' })
  await assert.rejects(listen(app, { tcp: null, socketPath: '/nonexistent/s', graceMs: 0 }), { code: 'invalid_config' })
})

test('what is no HTTP gets a problem too', async (t) => {
  const { app } = await openApp(t)
  const listening = await listen(app, { tcp: loopback, socketPath: null, graceMs: 0 })
  t.after(() => listening.close())
  const socket = connect(Number(new URL(String(listening.url)).port), '127.0.0.1')
  socket.write('HELLO\r\n\r\n')
  const answer = Buffer.concat(await socket.toArray()).toString()
  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.match(answer, /content-type: application\/problem\+json\r\n/)
  assert.match(answer, /"code":"invalid_request"/)
})
