import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { test, type TestContext } from 'node:test'
import type { JobId, TenantId } from '../../src/core/ids.ts'
import { AppError } from '../../src/core/errors.ts'
import { until, type TestApp } from './fixture.ts'
import { openSocket } from './socket-fixture.ts'

interface Watched {
  readonly response: IncomingMessage
  /** All that came so far. */
  readonly text: () => string
  readonly ended: Promise<unknown>
  readonly leave: () => void
}

async function watch(socketPath: string, id: string, headers: Record<string, string> = {}): Promise<Watched> {
  const client = request({ socketPath, path: `/v1/jobs/${id}/events`, headers })
  client.on('error', () => undefined)
  client.end()
  const [response] = (await once(client, 'response')) as [IncomingMessage]
  let text = ''
  response.on('data', (chunk: Buffer) => (text += chunk.toString()))
  response.on('error', () => undefined)
  return { response, text: () => text, ended: new Promise((resolve) => response.once('close', resolve)), leave: () => client.destroy() }
}

async function openJob(t: TestContext, settings: Parameters<typeof openSocket>[1] = {}) {
  const opened = await openSocket(t, settings)
  const { app, jobs } = opened
  await app.inject({ method: 'POST', url: '/v1/documents', payload: { documents: [{ id: 'a', content: 'x' }] } })
  return { ...opened, id: jobs.jobs[0]?.status.id as JobId }
}

const eventsOf = (text: string) =>
  text
    .split('\n\n')
    .filter((event) => event.startsWith('event:'))
    .map((event) => {
      const [, name, number, data] = /^event: (\w+)\nid: (\d+)\ndata: (.*)$/.exec(event) ?? []
      return { name, number: Number(number), job: JSON.parse(data ?? 'null') as { id: string; state: string; code?: string } }
    })

test('a job is told at once, at each change and at its end', async (t) => {
  const { socketPath, jobs, id } = await openJob(t)
  const watched = await watch(socketPath, id, { 'last-event-id': '17', accept: 'text/event-stream' })
  const { statusCode, headers } = watched.response
  assert.deepEqual([statusCode, headers['content-type'], headers['cache-control']], [200, 'text/event-stream', 'no-store'])
  await until(() => watched.text().includes('queued'))
  jobs.change(id, { state: 'running' })
  await until(() => watched.text().includes('running'))
  jobs.change(id, { state: 'done' })
  await watched.ended
  assert.deepEqual(
    eventsOf(watched.text()).map(({ name, number, job }) => [name, number, job.state]),
    [
      ['status', 1, 'queued'],
      ['status', 2, 'running'],
      ['status', 3, 'done'],
      ['end', 4, 'done'],
    ],
  )
  const after = await watch(socketPath, id)
  await after.ended
  assert.deepEqual(
    eventsOf(after.text()).map(({ name, job }) => `${name} ${job.state}`),
    ['status done', 'end done'],
  )
})

test('while nothing happens the connection is kept open', async (t) => {
  const { socketPath, id } = await openJob(t, { settings: { eventHeartbeatMs: 10 } })
  const watched = await watch(socketPath, id)
  await until(() => watched.text().split(': still here\n\n').length > 3)
  watched.leave()
})

test('so many watch at a time, and who leaves makes room', async (t) => {
  const { socketPath, id, lines } = await openJob(t, { settings: { eventStreams: 1, maxBatches: 1, maxInFlight: 1, maxWaiting: 0 } })
  const first = await watch(socketPath, id)
  await until(() => first.text() !== '')
  const second = await watch(socketPath, id)
  assert.deepEqual([second.response.statusCode, second.response.headers['retry-after']], [429, '1'])
  const before = lines.length
  first.leave()
  await until(() => lines.length > before)
  const third = await watch(socketPath, id)
  assert.equal(third.response.statusCode, 200)
  third.leave()
})

test('a job that is not there is refused before anything begins', async (t) => {
  const { socketPath, id } = await openJob(t, { settings: { eventStreams: 1 } })
  for (let turn = 0; turn < 3; turn += 1) assert.equal((await watch(socketPath, 'job_nobody')).response.statusCode, 404)
  assert.equal((await watch(socketPath, id, { 'x-ration-tenant': 'acme' })).response.statusCode, 404)
  const watched = await watch(socketPath, id)
  assert.equal(watched.response.statusCode, 200, 'refusals hold no place')
  watched.leave()
})

test('what goes wrong on the way is the last event', async (t) => {
  const { socketPath, jobs, id } = await openJob(t)
  jobs.watch = async function* (tenant: TenantId, job: JobId) {
    yield await jobs.status(tenant, job)
    throw new AppError('state_unavailable', 'The database is gone')
  }
  const watched = await watch(socketPath, id)
  await watched.ended
  const last = eventsOf(watched.text()).at(-1)
  assert.deepEqual([last?.name, last?.job.code], ['problem', 'state_unavailable'])
})

test('a service that ends does not wait for those who watch', async (t) => {
  const { socketPath, id, app } = await openJob(t)
  const watched = await watch(socketPath, id)
  await until(() => watched.text() !== '')
  shutDown(app)
  await watched.ended
  assert.ok(watched.response.complete, 'ended, not cut')
  assert.deepEqual(
    eventsOf(watched.text()).map(({ name }) => name),
    ['status'],
  )
})

const shutDown = (app: TestApp['app']): void => app.shutdown.abort()
