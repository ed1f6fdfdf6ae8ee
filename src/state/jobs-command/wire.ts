import type { ErrorCode } from '../../core/errors.ts'
import type { JobState } from '../../core/ports/job-queue.ts'

/** As the service writes a job. */
export interface WireJob {
  readonly id: string
  readonly index: string
  readonly feature: string | null
  readonly state: JobState
  readonly stage: string
  readonly documents: {
    readonly total: number
    readonly new: number
    readonly changed: number
    readonly unchanged: number
    readonly failed: number
  }
  readonly chunks: number
  readonly bytes: number
  readonly attempts: number
  readonly worker_deaths: number
  readonly rate: number | null
  readonly estimated_end_at: string | null
  readonly errors: readonly { readonly code: ErrorCode; readonly count: number }[]
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
  readonly created_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly not_before: string | null
}

/** As the service writes a dead letter. */
export interface WireDeadLetter {
  readonly id: string
  readonly job: string
  readonly index: string
  readonly document: string
  readonly code: ErrorCode
  readonly message: string
  readonly bytes: number
  readonly at: string
  readonly retries: number
}

export const isFinished = ({ state }: WireJob): boolean => state === 'done' || state === 'failed' || state === 'cancelled'

/** Documents that are dealt with, well or badly. */
export const settledOf = ({ documents }: WireJob): number => documents.new + documents.changed + documents.unchanged + documents.failed
