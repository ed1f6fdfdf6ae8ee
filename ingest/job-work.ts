import { AppError } from '../src/core/errors.ts'
import type { IndexName, TenantId } from '../src/core/ids.ts'
import type { IndexStatus } from '../src/core/ports/index-registry.ts'
import type { IngestedDocument, Ingester, IngestReport } from '../src/core/ports/ingester.ts'
import type { JobEvents, JobItem, JobWork } from '../src/core/ports/job-queue.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { RawDocument } from '../src/core/types.ts'
import type { Fetcher } from './fetch/fetcher.ts'

type Job = Parameters<JobWork['run']>[0]
type UrlItem = Extract<JobItem, { readonly kind: 'url' }>

export interface JobWorkPorts {
  readonly ingester: Ingester
  readonly fetcher: Fetcher
  /** The index to write to, created where it is the default one. Rejects `index_not_found`. */
  readonly indexToFill: (tenant: TenantId, name: IndexName, limits: Limits) => Promise<IndexStatus>
  /** Books what an attempt at a job took, also one that did not come to its end. */
  readonly book: (job: Job, index: IndexStatus, report: IngestReport) => void
}

/**
 * The work of one job: its documents, and what stands at its addresses, into its index. Addresses are fetched a few ahead of the documents that are being ingested, and
 * handed on in their order; one that cannot be fetched fails alone, with its code. A job that is begun again finds what was ingested before unchanged, so it is
 * booked by what it newly took.
 */
export function createJobWork(
  { parallel }: { readonly parallel: number },
  { ingester, fetcher, indexToFill, book }: JobWorkPorts,
): JobWork {
  return {
    async run(job, items, events, limits) {
      const index = await indexToFill(job.tenant, job.index, limits)
      const documents = documentsOf(items, events, limits.signal)
      const took = (report: IngestReport) => book(job, index, report)
      const told = { document: (result: IngestedDocument) => events.settled(result), interrupted: took }
      took(await ingester.ingest(job.tenant, job.index, documents, told, limits))
    },
  }

  async function* documentsOf(
    items: AsyncIterable<JobItem>,
    events: JobEvents,
    signal: AbortSignal,
  ): AsyncGenerator<RawDocument, void, undefined> {
    events.stage('ingesting')
    const stop = new AbortController()
    const ended = AbortSignal.any([signal, stop.signal])
    const ahead: Promise<RawDocument | null>[] = []
    try {
      for await (const item of items) {
        if (item.kind === 'url') {
          const fetched = fetchDocument(item, events, ended)
          // Awaited in its turn; until then a rejection is nobody's surprise.
          fetched.catch(() => undefined)
          ahead.push(fetched)
        }
        // A document that is here already waits for those before it, and is not held beside others.
        yield* inTurn(ahead, item.kind === 'url' ? parallel - 1 : 0, events)
        if (item.kind === 'document') yield item.document
      }
      yield* inTurn(ahead, 0, events)
    } finally {
      // Whoever pulled has stopped: nobody waits for what is still being fetched.
      stop.abort(new AppError('cancelled', 'The job goes on no more'))
    }
  }

  /** Null for an address that could not be fetched, which is reported. */
  async function fetchDocument(item: UrlItem, events: JobEvents, signal: AbortSignal): Promise<RawDocument | null> {
    events.stage('fetching')
    try {
      return { ...aboutOf(item), ...(await fetcher.fetch(item.url, signal)) }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof AppError)) throw error
      events.settled({ id: item.id, status: 'failed', chunks: 0, error: { code: error.code, message: error.message } })
      return null
    }
  }
}

/** The first of `ahead`, in their order, until no more than `left` are. */
async function* inTurn(
  ahead: Promise<RawDocument | null>[],
  left: number,
  events: JobEvents,
): AsyncGenerator<RawDocument, void, undefined> {
  while (ahead.length > left) {
    const document = await ahead.shift()
    if (document === null || document === undefined) continue
    events.stage('ingesting')
    yield document
  }
}

function aboutOf({ id, title, url, metadata }: UrlItem) {
  return { id, title, uri: url, metadata }
}
