import { codeOf } from '../../core/error-code.ts'
import { ERROR_CODES, type ErrorCode } from '../../core/errors.ts'
import type { DocumentId, JobId } from '../../core/ids.ts'
import type { IngestStatus } from '../../core/ports/ingester.ts'
import type { JobState, JobStatus, Submission } from '../../core/ports/job-queue.ts'

/** Everything that is known of a job; what the journal and the rows hold, as JSON. */
export interface JobRecord extends Omit<JobStatus, 'rate' | 'estimatedEndAt' | 'stage'> {
  readonly key: string | null
  readonly idempotencyKey: string | null
  readonly requestHash: string
  /** An id stands in it more than once: which item a settled id means cannot be told, so an attempt does not skip what another settled. */
  readonly isRepetitive: boolean
  /** What came with the request; `total` grows beyond it where an archive holds more. */
  readonly items: number
  /** False once its documents are needed no more; what a retry may begin again is known to `KeptPayloads`. */
  readonly hasPayload: boolean
}

/** What became of one document. */
export interface Settled {
  readonly id: DocumentId
  readonly status: IngestStatus
  readonly chunks: number
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
}

export type JobFailure = NonNullable<JobStatus['error']>

const ENDED: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled'])

export const hasEnded = (state: JobState): boolean => ENDED.has(state)

const NOTHING_SETTLED: Readonly<Record<IngestStatus, number>> = { new: 0, changed: 0, unchanged: 0, failed: 0 }

/** A job as it is submitted. */
export function newRecord(
  id: JobId,
  { tenant, key, index, feature, idempotencyKey, requestHash }: Omit<Submission, 'items'>,
  payload: { readonly items: number; readonly bytes: number; readonly isRepetitive: boolean },
  at: number,
): JobRecord {
  return {
    ...{ id, tenant, key, index, feature, idempotencyKey, requestHash },
    ...{
      state: 'queued',
      total: payload.items,
      items: payload.items,
      bytes: payload.bytes,
      isRepetitive: payload.isRepetitive,
      hasPayload: true,
    },
    ...{ counts: NOTHING_SETTLED, chunks: 0, errors: [], error: null, attempts: 0, workerDeaths: 0 },
    ...{ createdAt: at, startedAt: null, finishedAt: null, notBefore: null },
  }
}

/** A finished job, queued again as if for the first time. */
export function requeued(record: JobRecord): JobRecord {
  return {
    ...record,
    ...{ state: 'queued', total: record.items, counts: NOTHING_SETTLED, chunks: 0, errors: [], error: null, attempts: 0, workerDeaths: 0 },
    ...{ startedAt: null, finishedAt: null, notBefore: null },
  }
}

/** How an error stands in the status of a job. A code that is not ours is a bug, whose text is for the log. */
export function failureOf(error: unknown, id: JobId, warn: (message: string) => void): JobFailure {
  const code = codeOf(error)
  if (code !== null && code in ERROR_CODES) return { code: code as ErrorCode, message: (error as Error).message }
  warn(`Job ${id} met a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return { code: 'internal', message: ERROR_CODES.internal.title }
}
