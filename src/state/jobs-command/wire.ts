import type { DeadLetter, JobStatus } from '../../core/ports/job-queue.ts'

/** As the service writes a job. */
export interface WireJob extends Pick<
  JobStatus,
  'index' | 'state' | 'stage' | 'chunks' | 'bytes' | 'attempts' | 'rate' | 'errors' | 'error'
> {
  readonly id: string
  readonly feature: string | null
  readonly documents: JobStatus['counts'] & Pick<JobStatus, 'total'>
  readonly worker_deaths: number
  readonly estimated_end_at: string | null
  readonly created_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly not_before: string | null
}

/** As the service writes a dead letter. */
export interface WireDeadLetter extends Omit<DeadLetter, 'at'> {
  readonly at: string
}

export const isFinished = ({ state }: WireJob): boolean => state === 'done' || state === 'failed' || state === 'cancelled'

/** Documents that are dealt with, well or badly. */
export const settledOf = ({ documents }: WireJob): number => documents.new + documents.changed + documents.unchanged + documents.failed
