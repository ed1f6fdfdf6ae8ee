import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import { echoRetriever } from './fakes.ts'
import { openApp, question, until } from './fixture.ts'

const ask = { method: 'POST', url: '/v1/retrieve', payload: question() } as const

test('requests beyond those in flight wait, and beyond those that wait are refused', async (t) => {
  const held: (() => void)[] = []
  const retriever = {
    retrieve: async (...call: Parameters<typeof echoRetriever.retrieve>) => {
      await new Promise<void>((resolve) => held.push(resolve))
      return echoRetriever.retrieve(...call)
    },
  }
  const { app } = await openApp(t, { settings: { maxInFlight: 1, maxWaiting: 1, maxWaitMs: 60_000 }, ports: { retriever } })
  // inject() sends nothing before somebody waits for it.
  const first = Promise.resolve(app.inject(ask))
  await until(() => held.length === 1)
  const second = Promise.resolve(app.inject(ask))
  const third = await app.inject(ask)
  assert.deepEqual([third.statusCode, third.json<{ code: string }>().code, third.headers['retry-after']], [429, 'too_busy', '1'])
  assert.equal((await app.inject('/livez')).statusCode, 200, 'health is never refused')
  assert.equal((await app.inject({ ...ask, payload: {} })).statusCode, 400, 'what is invalid needs no slot')
  held[0]?.()
  assert.equal((await first).statusCode, 200)
  await until(() => held.length === 2)
  held[1]?.()
  assert.equal((await second).statusCode, 200)
})

test('a slot is given back after errors too', async (t) => {
  const { app } = await openApp(t, {
    settings: { maxInFlight: 1, maxWaiting: 0 },
    ports: { retriever: { retrieve: () => Promise.reject(new AppError('index_not_found', 'No')) } },
  })
  for (let i = 0; i < 3; i += 1) assert.equal((await app.inject(ask)).statusCode, 404)
})

async function serve(app: Awaited<ReturnType<typeof openApp>>['app'], t: Parameters<typeof openApp>[0]): Promise<number> {
  const server = createServer((req, res) => app.routing(req, res))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('an answer that nobody waits for any more stops working', async (t) => {
  let stopped: unknown = null
  let started = false
  const retriever = {
    retrieve: (_request: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise<never>((_resolve, reject) => {
        started = true
        signal.addEventListener('abort', () => {
          stopped = signal.reason
          reject(signal.reason as Error)
        })
      }),
  }
  const { app, ledger, lines } = await openApp(t, { ports: { retriever } })
  const port = await serve(app, t)
  const client = request({ port, host: '127.0.0.1', method: 'POST', path: '/v1/retrieve', headers: { 'content-type': 'application/json' } })
  client.on('error', () => undefined)
  client.end(JSON.stringify(question()))
  await until(() => started)
  client.destroy()
  await until(() => ledger.rows.length === 1 && lines.length === 1)
  assert.ok(stopped instanceof AppError && stopped.code === 'cancelled')
  assert.equal(ledger.rows[0]?.outcome, 'cancelled')
  assert.deepEqual([lines[0]?.fields['status'], lines[0]?.fields['code'], lines[0]?.level], [499, 'cancelled', 'info'])
})

test('a body that does not arrive in time is not waited for', async (t) => {
  const { app } = await openApp(t, { settings: { bodyTimeoutMs: 100 } })
  const port = await serve(app, t)
  const client = request({ port, host: '127.0.0.1', method: 'POST', path: '/v1/retrieve', headers: { 'content-type': 'application/json' } })
  client.on('error', () => undefined)
  client.write('{"query":')
  const [response] = (await once(client, 'response')) as [IncomingMessage]
  const body = Buffer.concat(await response.toArray()).toString()
  assert.deepEqual(
    [response.statusCode, (JSON.parse(body) as { code: string }).code, response.headers.connection],
    [504, 'deadline_exceeded', 'close'],
  )
  client.destroy()
})

test('other requests have their deadline from their arrival', async (t) => {
  let left = Number.NaN
  const { app, indexes } = await openApp(t, { settings: { requestDeadlineMs: 1234, verifyDeadlineMs: 5678 } })
  const list = indexes.list.bind(indexes)
  indexes.list = (tenant, ...[limits]: unknown[]) => {
    left = (limits as { deadline: number }).deadline - performance.now()
    return list(tenant)
  }
  await app.inject('/v1/indexes')
  assert.ok(left > 0 && left <= 1234)
})
