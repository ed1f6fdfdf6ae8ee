import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { TextDocument } from '../../src/core/types.ts'
import { arrivalTimes } from '../latency/arrivals.ts'
import { edited, vocabularyOf } from '../latency/edits.ts'
import { openLoop } from '../latency/open-loop.ts'
import type { TextSource } from '../latency/source.ts'
import { describeMachine } from '../machine.ts'
import { percentile } from '../metrics/percentile.ts'
import { createPrng } from '../prng.ts'
import { longPdf } from './long-pdf.ts'
import type { Program } from './program.ts'
import { versionsOf } from './rate.ts'
import type { IngestQueriesResult, QueryLoad } from './result.ts'

const INDEX = 'queries'
const WARM_UP_QUESTIONS = 100
const ROUND_SECONDS = 5
const POLL_MS = 500
/** Documents in one job. */
const JOB_DOCUMENTS = 100
/** Of one question, so that a slow one is measured and not cut short. */
const DEADLINE_MS = 10_000

export interface QueriesOptions {
  readonly profile: string
  readonly folders: readonly string[]
  readonly source: TextSource
  /** What the bulk job is made of: other text than is asked about, so that the answers stay what they are. */
  readonly bulk: readonly TextDocument[]
  /** Questions a second. */
  readonly rate: number
  /** Of the idle state; the busy one lasts as long as its work. */
  readonly seconds: number
  readonly pdfPages: number
  readonly bulkDocuments: number
}

/** The same load of questions on an idle service, and while it parses a very long PDF and works off a bulk job into the same index. */
export async function measureQueries(
  program: Program,
  options: QueriesOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<IngestQueriesResult> {
  const { profile, folders, source, rate, seconds, pdfPages, bulkDocuments } = options
  const { chunks } = (await program.command(['ingest', ...folders, '--index', INDEX, '--profile', profile])) as { readonly chunks: number }
  const ask = (order: number): Promise<unknown> =>
    program.request('POST', '/v1/retrieve', {
      query: source.queries[order % source.queries.length],
      index: INDEX,
      budget: { tokens: 1000 },
      deadline_ms: DEADLINE_MS,
    })
  for (let order = 0; order < WARM_UP_QUESTIONS; order += 1) await ask(order)
  const random = createPrng(11)
  const load = () => openLoop(ask, arrivalTimes('poisson', rate, ROUND_SECONDS, random), { clock, signal })
  const idle: Awaited<ReturnType<typeof load>>[] = []
  for (let spent = 0; spent < seconds; spent += ROUND_SECONDS) idle.push(await load())

  const started = clock.now()
  const jobs = await submit(program, options)
  const working = { done: false, seconds: 0 }
  const watching = finished(program, jobs).then(() => Object.assign(working, { done: true, seconds: (clock.now() - started) / 1000 }))
  const busy: typeof idle = []
  // Awaited below; a job that cannot be watched must not end the process before the load has.
  watching.catch(() => (working.done = true))
  while (!working.done) busy.push(await load())
  await watching
  const figures = { idle: summary(idle), busy: summary(busy) }
  return {
    bench: 'ingest-queries',
    profile,
    chunks,
    rate,
    pdf_pages: pdfPages,
    bulk_documents: bulkDocuments,
    ...figures,
    busy_seconds: working.seconds,
    p95_ratio: figures.busy.ms.p95 / figures.idle.ms.p95,
    machine: describeMachine(),
    versions: await versionsOf(program),
  }
}

/** Ids of the jobs, all accepted. */
async function submit(program: Program, { bulk, pdfPages, bulkDocuments }: QueriesOptions): Promise<readonly string[]> {
  const vocabulary = vocabularyOf(bulk.map(({ content }) => content))
  const random = createPrng(5)
  const pdf = longPdf(pdfPages, () =>
    Array.from({ length: 12 }, () => vocabulary[Math.floor(random() * vocabulary.length)] ?? '').join(' '),
  )
  const idOf = (answer: unknown): string => (answer as { readonly job: { readonly id: string } }).job.id
  const jobs = [idOf(await program.upload({ index: INDEX }, 'long.pdf', pdf))]
  for (let from = 0; from < bulkDocuments; from += JOB_DOCUMENTS) {
    const part = Array.from({ length: Math.min(JOB_DOCUMENTS, bulkDocuments - from) }, (_, i) => bulkDocument(bulk, from + i, vocabulary))
    jobs.push(idOf(await program.request('POST', '/v1/documents', { index: INDEX, documents: part })))
  }
  return jobs
}

function bulkDocument(documents: readonly TextDocument[], order: number, vocabulary: readonly string[]) {
  const content = edited(documents[order % documents.length]?.content ?? '', vocabulary, order)
  // A file without text has its name.
  return { id: `bulk/${order}.md`, uri: `bulk/${order}.md`, media_type: 'text/markdown', content }
}

async function finished(program: Program, jobs: readonly string[]): Promise<void> {
  for (const id of jobs) {
    for (;;) {
      const { job } = (await program.request('GET', `/v1/jobs/${id}`)) as {
        readonly job: { readonly state: string; readonly errors: readonly { readonly code: string }[] }
      }
      const [error] = job.errors
      if (error !== undefined || job.state === 'failed') throw new AppError('internal', `job ${id}: ${error?.code ?? job.state}`)
      if (job.state === 'done') break
      await pause(POLL_MS)
    }
  }
}

function summary(rounds: readonly { readonly latencies: readonly number[]; readonly refused: number }[]): QueryLoad {
  const all = rounds.flatMap(({ latencies }) => latencies)
  return {
    ms: { p50: percentile(all, 50), p95: percentile(all, 95), p99: percentile(all, 99) },
    requests: all.length,
    refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
  }
}
