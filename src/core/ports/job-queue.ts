import type { DocumentId, IndexName, JobId, TenantId } from '../ids.ts'
import type { ErrorCode } from '../errors.ts'
import type { Metadata, RawDocument } from '../types.ts'
import type { IngestStatus } from './ingester.ts'
import type { Limits } from './limits.ts'

/**
 *     queued ──> running ──> done          every document was dealt with; some may be dead letters
 *       │  ^        │  └────> failed       the job as a whole cannot be done (its index is gone); `retry` queues it again
 *       │  └────────┤         (weather, a lost lease: back to queued with a later `notBefore`)
 *       └───────────┴───────> cancelled    what was written by then stands
 */
export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

/** What a running job is at: fetching an address, or at work on its documents. */
export type JobStage = 'waiting' | 'fetching' | 'ingesting' | 'finished'

/** One thing to ingest: a document that came with the request, or the address of one that a worker fetches. */
export type JobItem =
  | { readonly kind: 'document'; readonly document: RawDocument }
  | { readonly kind: 'url'; readonly url: string; readonly id: DocumentId; readonly title: string | null; readonly metadata: Metadata }

export interface Submission {
  readonly tenant: TenantId
  /** API key of the caller; null for the owner of the data directory. */
  readonly key: string | null
  readonly index: IndexName
  readonly feature: string
  /** A second submission with the same key and the same `requestHash` is the first one; with another hash `idempotency_conflict`. */
  readonly idempotencyKey: string | null
  readonly requestHash: string
  readonly items: AsyncIterable<JobItem>
}

export interface JobStatus {
  readonly id: JobId
  readonly tenant: TenantId
  readonly index: IndexName
  readonly feature: string
  readonly state: JobState
  readonly stage: JobStage
  /** Documents: how many the job holds, and what became of those that are settled. */
  readonly total: number
  readonly counts: Readonly<Record<IngestStatus, number>>
  readonly chunks: number
  /** Bytes of payload on disk. */
  readonly bytes: number
  /** How often a worker began, without those that an orderly stop or a full disk ended, and how often one died at it (a killed process). */
  readonly attempts: number
  readonly workerDeaths: number
  /** Documents a second since the job started running; null before. */
  readonly rate: number | null
  /** Milliseconds since the epoch; null where nobody can tell. */
  readonly estimatedEndAt: number | null
  /** Failed documents by reason, most frequent first. */
  readonly errors: readonly { readonly code: ErrorCode; readonly count: number }[]
  /** Why the whole job failed, or what it waits for; null where nothing did. */
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
  readonly createdAt: number
  readonly startedAt: number | null
  readonly finishedAt: number | null
  /** A queued job is not begun before. */
  readonly notBefore: number | null
}

/** A document that could not be ingested, with its payload kept until it is retried or discarded. */
export interface DeadLetter {
  readonly id: string
  readonly job: JobId
  readonly index: IndexName
  readonly document: string
  readonly code: ErrorCode
  readonly message: string
  readonly bytes: number
  readonly at: number
  /** Retries so far. */
  readonly retries: number
}

export interface JobPage {
  readonly after: string | null
  readonly limit: number
}

/**
 * Work that was accepted and will be done, whatever happens to this process.
 *
 * - `submit` resolves when payload and job are on disk, fsynced: from then on neither `kill -9` nor a power cut loses them. A rejected submission has
 *   left nothing behind. Rejects `too_busy` with `details.retry_after_ms` where the tenant has as many waiting jobs or bytes as it may
 *   (`jobs.tenant_jobs`, `jobs.tenant_bytes`), `body_too_large` over `jobs.payload_bytes`, `storage_full` on a full disk.
 * - Jobs of one tenant begin in the order of their submission; tenants take turns by their weight (`jobs.weights`), so that none waits for another's backlog.
 * - A job that weather stopped (`model_unavailable`, `storage_full`, `too_busy`, a lost lease) is begun again after a back-off with jitter, at most
 *   `jobs.attempts` times; waiting for room on a full disk is no attempt. What was settled before is not done again.
 * - A job at which the process died `jobs.poison_deaths` times goes on one document at a time; one that it then dies of twice becomes a dead letter
 *   `worker_died`, and the rest of its job is done.
 * - A dead letter is there once its job is done. A finished job is remembered for `jobs.keep_days`; dead letters stay until they are retried or discarded, at most `jobs.dead_letters` a tenant (the
 *   oldest payloads go first, and `status.errors` still counts them).
 * - `cancel` stops a running job at its next document. Cancelling a finished one changes nothing. `retry` of a job that is not `failed` or `cancelled`
 *   queues its dead letters again.
 * - `watch` yields the status at once, then after each change (at most every `jobs.watch_ms`), and ends with the final one.
 * - Everything about a job or a dead letter of another tenant rejects `job_not_found`.
 */
export interface JobQueue {
  submit(submission: Submission, limits: Limits): Promise<JobStatus>
  status(tenant: TenantId, id: JobId): Promise<JobStatus>
  /** Newest first; `state` null is any. */
  list(tenant: TenantId, state: JobState | null, page: JobPage): Promise<readonly JobStatus[]>
  watch(tenant: TenantId, id: JobId, signal: AbortSignal): AsyncIterable<JobStatus>
  cancel(tenant: TenantId, id: JobId): Promise<JobStatus>
  retry(tenant: TenantId, id: JobId): Promise<JobStatus>
  /** Newest first. */
  deadLetters(tenant: TenantId, job: JobId | null, page: JobPage): Promise<readonly DeadLetter[]>
  /** What the document held when it came. */
  payload(tenant: TenantId, deadLetter: string): Promise<JobItem>
  /** Queues these again in new jobs, one for each of their jobs; null is all of the tenant. */
  retryDeadLetters(tenant: TenantId, ids: readonly string[] | null): Promise<readonly JobStatus[]>
  discardDeadLetters(tenant: TenantId, ids: readonly string[] | null): Promise<number>
  /** For metrics and alerts, over all tenants. */
  health(): Promise<QueueHealth>
  /** Stops taking work, waits for what runs to reach its next document, gives leases back. */
  close(): Promise<void>
}

export interface QueueHealth {
  readonly waiting: number
  readonly running: number
  /** Age of the oldest waiting job, milliseconds; 0 where none waits. */
  readonly oldestMs: number
  readonly deadLetters: number
  /** Since the process started. */
  readonly failures: Readonly<Partial<Record<ErrorCode, number>>>
  readonly workerDeaths: number
}

/**
 * Does the work of one job; what a queue calls. `items` are pulled, so that a job of any size streams. A rejection is about the job as a whole: one
 * whose code can be retried (`ERROR_CODES[code].retry`) is weather, any other ends the job as `failed`.
 */
export interface JobWork {
  run(
    job: Pick<JobStatus, 'id' | 'tenant' | 'index' | 'feature'> & { readonly key: string | null },
    items: AsyncIterable<JobItem>,
    events: JobEvents,
    limits: Limits,
  ): Promise<void>
}

export interface JobEvents {
  stage(stage: JobStage): void
  /** A document is settled: durable, or failed for good. */
  settled(document: {
    readonly id: DocumentId
    readonly status: IngestStatus
    readonly chunks: number
    readonly error: { readonly code: ErrorCode; readonly message: string } | null
  }): void
}
