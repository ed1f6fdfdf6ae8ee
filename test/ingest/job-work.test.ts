import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Fetcher } from '../../ingest/fetch/fetcher.ts'
import { createJobWork, type JobWorkPorts } from '../../ingest/job-work.ts'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId, IndexName, JobId, TenantId } from '../../src/core/ids.ts'
import type { IndexStatus } from '../../src/core/ports/index-registry.ts'
import type { Ingester, IngestReport } from '../../src/core/ports/ingester.ts'
import type { JobItem } from '../../src/core/ports/job-queue.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { RawDocument } from '../../src/core/types.ts'

const JOB = { id: 'job_1' as JobId, tenant: 'acme' as TenantId, index: 'docs' as IndexName, feature: 'crawl', key: 'k' }
const INDEX = { revision: 1 } as IndexStatus
const REPORT = { chunks: 1 } as IngestReport

const document = (id: string, content = id): JobItem => ({
  kind: 'document',
  document: { id: id as DocumentId, title: null, uri: null, mediaType: 'text/markdown', content, metadata: {} },
})
const address = (name: string): JobItem => ({
  kind: 'url',
  url: `https://x.example/${name}`,
  id: name as DocumentId,
  title: `The ${name}`,
  metadata: { a: 1 },
})

async function* from(items: readonly JobItem[], pulled: string[] = []): AsyncGenerator<JobItem, void, undefined> {
  for (const item of items) {
    pulled.push(item.kind === 'url' ? item.id : item.document.id)
    yield await Promise.resolve(item)
  }
}

interface Seen {
  readonly documents: RawDocument[]
  readonly settled: string[]
  readonly stages: string[]
  readonly booked: unknown[]
}

/** Runs the work over `items`; the ingester keeps what it is given and reports it as new. */
async function run(
  items: AsyncIterable<JobItem>,
  fetch: Fetcher['fetch'],
  ports: Partial<JobWorkPorts> = {},
  limits: Limits = { signal: new AbortController().signal, deadline: Infinity },
) {
  const seen: Seen = { documents: [], settled: [], stages: [], booked: [] }
  const ingester: Pick<Ingester, 'ingest'> = {
    async ingest(_tenant, _index, source, events) {
      for await (const raw of source) {
        seen.documents.push(raw)
        events.document({ id: raw.id, status: 'new', chunks: 1, error: null, warnings: [] })
      }
      return REPORT
    },
  }
  const work = createJobWork(
    { parallel: 3 },
    {
      ingester: ingester as Ingester,
      fetcher: { fetch, check: () => undefined, close: () => Promise.resolve() },
      indexToFill: () => Promise.resolve(INDEX),
      book: (...booked) => void seen.booked.push(booked),
      ...ports,
    },
  )
  const events = {
    stage: (stage: string) => {
      if (seen.stages.at(-1) !== stage) seen.stages.push(stage)
    },
    settled: ({ id, status, error }: { id: string; status: string; error: { code: string } | null }) =>
      void seen.settled.push(`${id} ${error?.code ?? status}`),
  }
  return { seen, done: work.run(JOB, items, events, limits) }
}

const text = (content: string) => Promise.resolve({ mediaType: 'text/html', content })

test('documents and addresses become documents of the index, in their order, and are booked', async () => {
  // The first answer comes last.
  const fetch = async (url: string) => (await wait(url.endsWith('slow') ? 20 : 0), text(`<p>${url}`))
  const { seen, done } = await run(from([document('a'), address('slow'), document('b'), address('quick')]), fetch)
  await done
  assert.deepEqual(
    seen.documents.map(({ id }) => id),
    ['a', 'slow', 'b', 'quick'],
  )
  assert.deepEqual(seen.documents[1], {
    id: 'slow',
    title: 'The slow',
    uri: 'https://x.example/slow',
    mediaType: 'text/html',
    content: '<p>https://x.example/slow',
    metadata: { a: 1 },
  })
  assert.deepEqual(seen.settled, ['a new', 'slow new', 'b new', 'quick new'])
  assert.ok(seen.stages.includes('fetching') && seen.stages.at(-1) === 'ingesting')
  assert.deepEqual(seen.booked, [[JOB, INDEX, REPORT]])
})

test('an address that cannot be fetched fails alone', async () => {
  const fetch = (url: string) =>
    url.endsWith('gone')
      ? Promise.reject(new AppError('url_unreachable', 'Gone'))
      : url.endsWith('inside')
        ? Promise.reject(new AppError('url_refused', 'No'))
        : text('x')
  const { seen, done } = await run(from([address('gone'), address('good'), address('inside')]), fetch)
  await done
  assert.deepEqual(seen.settled.sort(), ['gone url_unreachable', 'good new', 'inside url_refused'])
  assert.equal(seen.booked.length, 1)
})

test('so many at a time and no more', async () => {
  let [now, most] = [0, 0]
  const fetch = async () => {
    most = Math.max(most, (now += 1))
    await wait(2)
    now -= 1
    return text('x')
  }
  const { seen, done } = await run(from(Array.from({ length: 20 }, (_, i) => address(`u${i}`))), fetch)
  await done
  assert.equal(most, 3)
  assert.equal(seen.documents.length, 20)
})

test('a cancelled job stops fetching, and what took nothing is not booked', async () => {
  const stop = new AbortController()
  const pulled: string[] = []
  let aborted = 0
  const fetch = (_url: string, signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        aborted += 1
        reject(signal.reason as Error)
      }),
    )
  const { seen, done } = await run(
    from([address('a'), address('b'), address('c'), address('d')], pulled),
    fetch,
    {},
    { signal: stop.signal, deadline: Infinity },
  )
  setTimeout(() => stop.abort(new AppError('cancelled', 'Enough')), 10)
  await assert.rejects(done, { code: 'cancelled' })
  assert.deepEqual([aborted, pulled, seen.settled, seen.booked], [3, ['a', 'b', 'c'], [], []])
})

test('what an attempt took is booked although it did not come to its end', async () => {
  const ingester: Pick<Ingester, 'ingest'> = {
    ingest(_tenant, _index, _source, events) {
      events.interrupted?.(REPORT)
      return Promise.reject(new AppError('storage_full', 'Full'))
    },
  }
  const { seen, done } = await run(from([document('a')]), () => text('x'), { ingester: ingester as Ingester })
  await assert.rejects(done, { code: 'storage_full' })
  assert.deepEqual(seen.booked, [[JOB, INDEX, REPORT]])
})

test('an ingester that gives up ends what is being fetched', async () => {
  let aborted = false
  const fetch = (url: string, signal: AbortSignal) =>
    url.endsWith('a')
      ? text('x')
      : new Promise<never>((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted = true
            reject(signal.reason as Error)
          }),
        )
  const ingester = {
    async ingest(_tenant: TenantId, _index: IndexName, source: AsyncIterable<RawDocument>) {
      for await (const { id } of source) throw new AppError('storage_full', `Full at ${id}`)
      return REPORT
    },
  } as Partial<Ingester> as Ingester
  const { done } = await run(from([address('a'), address('b'), address('b2')]), fetch, { ingester })
  await assert.rejects(done, { code: 'storage_full' })
  assert.equal(aborted, true)
})

test('a job whose index is gone fails as a whole', async () => {
  const { seen, done } = await run(from([document('a')]), () => text('x'), {
    indexToFill: () => Promise.reject(new AppError('index_not_found', 'Gone')),
  })
  await assert.rejects(done, { code: 'index_not_found' })
  assert.deepEqual([seen.settled, seen.booked], [[], []])
})
