import type { JobStage, JobStatus } from '../../core/ports/job-queue.ts'
import { hasEnded, type JobRecord } from './job-record.ts'
import type { Place } from './admission.ts'

/** Why a running job is asked to stop. */
export type StopReason = 'cancelled' | 'closing' | 'lease lost'

/** A job that is not finished, as this process knows it. What a caller sees of it is made of this, not of its row. */
export interface LiveJob {
  record: JobRecord
  stage: JobStage
  readonly place: Place
  /** While it is cancelled before it began: its end is being written down. */
  ending: Promise<void> | null
  /** While it runs; its reason is a `StopReason`. */
  abort: AbortController | null
  /** Resolves when its run, if there is one, is over. */
  run: Promise<void> | null
  /** Documents that this run has settled, and when it began (milliseconds of the monotonic clock): the rate. */
  settledHere: number
  beganAt: number
}

export const liveJob = (record: JobRecord, place: Place): LiveJob => ({
  ...{ record, stage: 'waiting', place, ending: null, abort: null, run: null, settledHere: 0, beganAt: 0 },
})

/** Whether a worker may begin it. */
export const isWaiting = ({ record, ending }: LiveJob): boolean => record.state === 'queued' && ending === null

/** What callers see of a job that nobody works on. */
export function statusOf(record: JobRecord): JobStatus {
  const { id, tenant, index, feature, state, total, counts, chunks, bytes, attempts, workerDeaths, errors, error } = record
  const { createdAt, startedAt, finishedAt, notBefore } = record
  const stage = hasEnded(state) ? 'finished' : 'waiting'
  return {
    ...{ id, tenant, index, feature, state, stage, total, counts, chunks, bytes, attempts, workerDeaths, errors, error },
    ...{ createdAt, startedAt, finishedAt, notBefore, rate: rateOf(record), estimatedEndAt: null },
  }
}

/** Over the whole time of a finished job. */
function rateOf({ counts, startedAt, finishedAt }: JobRecord): number | null {
  if (startedAt === null || finishedAt === null) return null
  const settled = counts.new + counts.changed + counts.unchanged + counts.failed
  return (settled * 1000) / Math.max(1, finishedAt - startedAt)
}

/** What callers see of a job that is not finished; `now` is of the monotonic clock, `wall` since the epoch. */
export function liveStatus({ record, stage, settledHere, beganAt, run }: LiveJob, now: number, wall: number): JobStatus {
  const status = statusOf(record)
  if (run === null || hasEnded(record.state)) return status
  const { counts, total } = record
  const rate = (settledHere * 1000) / Math.max(1, now - beganAt)
  const left = total - (counts.new + counts.changed + counts.unchanged + counts.failed)
  return { ...status, stage, rate, estimatedEndAt: rate > 0 ? Math.round(wall + (left * 1000) / rate) : null }
}
