import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JobId } from '../../src/core/ids.ts'
import { AppError } from '../../src/core/errors.ts'
import { openApp, type TestApp } from './fixture.ts'

interface WireJob {
  readonly id: JobId
  readonly state: string
}
interface Refused {
  readonly code: string
  readonly errors: readonly { readonly path: string }[]
}

const submit = (app: TestApp['app'], body: object, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: '/v1/documents', payload: body, headers })
const doc = (id: string, content = id) => ({ id, content })

async function submitted(
  app: TestApp['app'],
  body: object = { documents: [doc('a')] },
  headers: Record<string, string> = {},
): Promise<WireJob> {
  const response = await submit(app, body, headers)
  assert.equal(response.statusCode, 202, response.body)
  const { job } = response.json<{ job: WireJob }>()
  assert.equal(response.headers['location'], `/v1/jobs/${job.id}`)
  return job
}

test('documents become a job, with what was sent', async (t) => {
  const { app, jobs, ledger } = await openApp(t)
  const bytes = Buffer.from([0, 255, 254, 0x25])
  const documents = [
    { id: 'text', content: 'a\ud800b', title: 'T', uri: 'https://x.example/', metadata: { a: 1 } },
    { id: 'file', content_base64: bytes.toString('base64') },
  ]
  const job = await submitted(app, { documents, feature: 'crawler' })
  assert.deepEqual(job, {
    id: 'job_00000000000000000000000001',
    index: 'default',
    feature: 'crawler',
    state: 'queued',
    stage: 'waiting',
    documents: { total: 2, new: 0, changed: 0, unchanged: 0, failed: 0 },
    chunks: 0,
    bytes: 3,
    attempts: 0,
    worker_deaths: 0,
    rate: null,
    estimated_end_at: null,
    errors: [],
    error: null,
    created_at: '2027-01-15T08:00:00.000Z',
    started_at: null,
    finished_at: null,
    not_before: null,
  })
  assert.deepEqual(jobs.jobs[0]?.items, [
    {
      kind: 'document',
      document: { id: 'text', title: 'T', uri: 'https://x.example/', mediaType: 'text/markdown', content: 'a\ufffdb', metadata: { a: 1 } },
    },
    {
      kind: 'document',
      document: { id: 'file', title: null, uri: null, mediaType: 'application/octet-stream', content: bytes, metadata: {} },
    },
  ])
  const [{ submission }] = jobs.jobs as [(typeof jobs.jobs)[number]]
  const { tenant, key, feature, idempotencyKey } = submission
  assert.deepEqual([tenant, key, feature, idempotencyKey], ['default', null, 'crawler', null])
  assert.deepEqual(ledger.rows, [], 'booked when it is done')
})

test('addresses become a job once their text is allowed', async (t) => {
  const { app, jobs } = await openApp(t)
  await submitted(app, { urls: ['https://example.com/a', { url: 'https://example.com/b', id: 'b', title: 'B', metadata: { x: 1 } }] })
  assert.deepEqual(jobs.jobs[0]?.items, [
    { kind: 'url', url: 'https://example.com/a', id: 'https://example.com/a', title: null, metadata: {} },
    { kind: 'url', url: 'https://example.com/b', id: 'b', title: 'B', metadata: { x: 1 } },
  ])
  const refused = await submit(app, { urls: ['https://example.com/a', 'http://10.0.0.1/'] })
  assert.deepEqual([refused.statusCode, refused.json<Refused>().code], [422, 'url_refused'])
  assert.equal(jobs.jobs.length, 1)
})

test('a job goes to an index that is there, or to the default one', async (t) => {
  const { app, jobs } = await openApp(t)
  assert.equal((await submit(app, { index: 'typo', documents: [doc('a')] })).json<Refused>().code, 'index_not_found')
  await app.inject({ method: 'POST', url: '/v1/indexes', payload: { name: 'docs' } })
  await submitted(app, { index: 'docs', documents: [doc('a')] })
  await submitted(app)
  assert.deepEqual(
    jobs.jobs.map(({ submission }) => submission.index),
    ['docs', 'default'],
  )
})

const refused: readonly [string, object, string][] = [
  ['nothing', {}, 'body.documents'],
  ['documents and addresses', { documents: [doc('a')], urls: ['https://example.com/'] }, 'body.documents'],
  ['no documents', { documents: [] }, 'body.documents'],
  ['too many documents', { documents: [doc('a'), doc('b'), doc('c'), doc('d')] }, 'body.documents'],
  ['more than can be waited for', { documents: [doc('a'), doc('b'), doc('c')], wait: true }, 'body.documents'],
  ['addresses that are waited for', { urls: ['https://example.com/'], wait: true }, 'body.wait'],
  ['an empty address', { urls: [''] }, 'body.urls.0'],
  ['a long address without an id', { urls: [`https://example.com/${'x'.repeat(512)}`] }, 'body.urls.0'],
  ['both kinds of content', { documents: [{ id: 'a', content: 'x', content_base64: 'eA==' }] }, 'body.documents.0.content'],
  ['neither kind of content', { documents: [{ id: 'a' }] }, 'body.documents.0.content'],
  ['base64 that is none', { documents: [{ id: 'a', content_base64: 'eA=' }] }, 'body.documents.0.content_base64'],
  ['base64 of URLs', { documents: [{ id: 'a', content_base64: 'e-_=' }] }, 'body.documents.0.content_base64'],
  ['a feature that is none', { documents: [doc('a')], feature: ' ' }, 'body.feature'],
]
test('what is no submission is refused, with its place', async (t) => {
  const { app, jobs } = await openApp(t, { settings: { inlineDocuments: 2, jobDocuments: 3 } })
  for (const [what, body, path] of refused) {
    const response = await submit(app, body)
    assert.deepEqual([response.statusCode, response.json<Refused>().errors[0]?.path], [400, path], `${what}: ${response.body}`)
  }
  assert.equal(jobs.jobs.length, 0)
  await submitted(app, { documents: [doc('a'), doc('b'), doc('c')] })
})

test('an idempotency key names one job', async (t) => {
  const { app, jobs } = await openApp(t)
  const headers = { 'idempotency-key': 'k' }
  const first = await submitted(app, { documents: [doc('a')] }, headers)
  assert.equal((await submitted(app, { documents: [doc('a')] }, headers)).id, first.id)
  const other = await submit(app, { documents: [doc('b')] }, headers)
  assert.deepEqual([other.statusCode, other.json<Refused>().code], [409, 'idempotency_conflict'])
  assert.equal(jobs.jobs.length, 1)
  assert.equal(
    (await submit(app, { documents: [doc('a')], wait: true }, headers)).json<Refused>().errors[0]?.path,
    'headers.idempotency-key',
  )
  assert.equal((await submit(app, { documents: [doc('a')] }, { 'idempotency-key': 'k'.repeat(129) })).statusCode, 400)
})

test('a full queue says when to come again', async (t) => {
  const opened = await openApp(t)
  opened.jobs.submit = () => Promise.reject(new AppError('too_busy', 'Full', { retry_after_ms: 4200 }))
  const response = await submit(opened.app, { documents: [doc('a')] })
  assert.deepEqual([response.statusCode, response.json<Refused>().code, response.headers['retry-after']], [429, 'too_busy', '5'])
})

test('jobs are listed in pages that meet, cancelled and begun again', async (t) => {
  const { app, jobs } = await openApp(t)
  for (const id of ['a', 'b', 'c']) await submitted(app, { documents: [doc(id)] })
  const [a, b, c] = jobs.jobs.map(({ status }) => status.id) as [JobId, JobId, JobId]
  jobs.change(b, { state: 'done' })
  const list = async (query: string) => (await app.inject(`/v1/jobs?${query}`)).json<{ jobs: WireJob[]; next: string | null }>()
  const idsOf = ({ jobs: page, next }: Awaited<ReturnType<typeof list>>) => [page.map(({ id }) => id), next]
  assert.deepEqual(idsOf(await list('')), [[c, b, a], null])
  assert.deepEqual(idsOf(await list('limit=2')), [[c, b], b])
  assert.deepEqual(idsOf(await list(`limit=2&after=${b}`)), [[a], null])
  assert.deepEqual(idsOf(await list('limit=3')), [[c, b, a], null])
  assert.deepEqual(idsOf(await list('state=queued')), [[c, a], null])
  assert.equal((await app.inject('/v1/jobs?state=lost')).statusCode, 400)
  assert.equal((await app.inject('/v1/jobs?limit=201')).statusCode, 400)

  const post = async (path: string) => {
    const response = await app.inject({ method: 'POST', url: `/v1/jobs/${path}` })
    return [response.statusCode, response.json<{ job: WireJob }>().job.state]
  }
  assert.deepEqual(await post(`${a}/cancel`), [200, 'cancelled'])
  assert.deepEqual(await post(`${b}/cancel`), [200, 'done'])
  assert.deepEqual(await post(`${a}/retry`), [202, 'queued'])
  assert.equal((await app.inject(`/v1/jobs/${b}`)).json<{ job: WireJob }>().job.state, 'done')
})

test('dead letters are listed, shown as they were sent, queued again and thrown away', async (t) => {
  const { app, jobs } = await openApp(t)
  const documents = [{ id: 'bad.pdf', title: 'Bad', content_base64: 'AP/+JQ==', media_type: 'application/pdf' }]
  const first = await submitted(app, { documents })
  const second = await submitted(app, { urls: [{ url: 'https://example.com/x', id: 'x' }] })
  jobs.bury(first.id)
  jobs.bury(second.id)
  const list = async (query = '') =>
    (await app.inject(`/v1/dead-letters${query}`)).json<{ dead_letters: { id: string }[]; next: string | null }>()
  assert.deepEqual(await list('?limit=1&after=dl_2'), {
    dead_letters: [
      {
        id: 'dl_1',
        job: first.id,
        index: 'default',
        document: 'bad.pdf',
        code: 'invalid_document',
        message: 'It is bad',
        bytes: 3,
        at: '2027-01-15T08:00:00.000Z',
        retries: 0,
      },
    ],
    next: null,
  })
  assert.equal((await list('?limit=1')).next, 'dl_2')
  assert.deepEqual((await list(`?job=${second.id}`)).dead_letters.length, 1)
  const payload = (await app.inject('/v1/dead-letters/dl_1/payload')).json<{ document: object }>()
  assert.deepEqual(payload, { document: { ...documents[0], uri: null, metadata: {} } })
  await submitted(app, { documents: [payload.document] })
  assert.deepEqual((await app.inject('/v1/dead-letters/dl_2/payload')).json(), {
    url: { url: 'https://example.com/x', id: 'x', title: null, metadata: {} },
  })

  const post = async (what: string, body: object) =>
    (await app.inject({ method: 'POST', url: `/v1/dead-letters/${what}`, payload: body })).json<never>()
  assert.equal(((await post('retry', {})) as Refused).code, 'invalid_request')
  assert.equal(((await post('discard', { ids: ['dl_1'], all: true })) as Refused).code, 'invalid_request')
  assert.equal(((await post('discard', { ids: ['dl_9'] })) as Refused).code, 'job_not_found')
  assert.deepEqual(
    ((await post('retry', { ids: ['dl_2'] })) as { jobs: WireJob[] }).jobs.map(({ id }) => id),
    [second.id],
  )
  assert.equal(((await post('retry', { all: true })) as { jobs: WireJob[] }).jobs.length, 2)
  assert.deepEqual(await post('discard', { ids: ['dl_1'] }), { discarded: 1 })
  assert.deepEqual(await post('discard', { all: true }), { discarded: 1 })
  assert.deepEqual(await list(), { dead_letters: [], next: null })
})

test('jobs and dead letters of another tenant are not there', async (t) => {
  const { app, jobs, keys } = await openApp(t)
  const { id } = await submitted(app)
  jobs.bury(id)
  const { secret } = await keys.create({ tenant: 'acme' as never, scopes: ['ingest'], label: '' })
  const headers = { authorization: `Bearer ${secret}` }
  for (const [method, url, payload] of [
    ['GET', `/v1/jobs/${id}`],
    ['GET', `/v1/jobs/${id}/events`],
    ['POST', `/v1/jobs/${id}/cancel`],
    ['POST', `/v1/jobs/${id}/retry`],
    ['GET', '/v1/dead-letters/dl_1/payload'],
    ['POST', '/v1/dead-letters/retry', { ids: ['dl_1'] }],
    ['POST', '/v1/dead-letters/discard', { ids: ['dl_1'] }],
  ] as const) {
    const response = await app.inject({ method, url, headers, ...(payload === undefined ? {} : { payload }) })
    assert.deepEqual([response.statusCode, response.json<Refused>().code], [404, 'job_not_found'], url)
  }
  assert.deepEqual((await app.inject({ url: '/v1/jobs', headers })).json(), { jobs: [], next: null })
  assert.deepEqual((await app.inject({ url: '/v1/dead-letters', headers })).json(), { dead_letters: [], next: null })
  assert.equal(jobs.jobs[0]?.status.state, 'queued')
})
