import { AppError } from '../../core/errors.ts'
import type { JobId } from '../../core/ids.ts'
import type { Submission } from '../../core/ports/job-queue.ts'
import type { Limits } from '../../core/ports/limits.ts'
import type { Place } from './admission.ts'
import type { SpooledItem } from './item-frame.ts'
import { newRecord, type JobRecord } from './job-record.ts'
import { liveJob } from './live-job.ts'
import { dropPayloads, orWarn, type QueueParts } from './parts.ts'
import type { Worker } from './worker.ts'

const DAY_MS = 86_400_000

/** A submission whose items may have been retried before. */
export interface SpooledSubmission extends Omit<Submission, 'items'> {
  readonly items: AsyncIterable<SpooledItem>
}

export type Submit = (submission: Submission, limits: Limits) => Promise<JobRecord>
export type Accept = (submission: SpooledSubmission, limits: Limits) => Promise<JobRecord>

/** Takes submissions in, once for each idempotency key. */
export function createSubmit({ view, clock, settings }: QueueParts, accept: Accept): Submit {
  /** Submissions with a key that are being written: another with the same key waits for them. */
  const underWay = new Map<string, Promise<JobRecord>>()

  const once = async (submission: Submission, idempotencyKey: string, limits: Limits): Promise<JobRecord> => {
    const since = clock.wall() - settings.idempotencyDays * DAY_MS
    const before = await view.findByKey(submission.tenant, idempotencyKey, since)
    return before ?? accept({ ...submission, items: spooled(submission.items) }, limits)
  }

  return async (submission, limits) => {
    const { tenant, idempotencyKey, requestHash } = submission
    if (idempotencyKey === null) return accept({ ...submission, items: spooled(submission.items) }, limits)
    const name = `${tenant}/${idempotencyKey}`
    for (let other = underWay.get(name); other !== undefined; other = underWay.get(name)) await other.catch(() => undefined)
    const result = once(submission, idempotencyKey, limits)
    underWay.set(name, result)
    try {
      const record = await result
      if (record.requestHash === requestHash) return record
    } finally {
      underWay.delete(name)
    }
    throw new AppError('idempotency_conflict', 'The idempotency key was used for another request', { idempotency_key: idempotencyKey })
  }
}

/** Makes a job: payload first, then the journal, then the turn. */
export async function acceptJob(parts: QueueParts, worker: Worker, submission: SpooledSubmission, limits: Limits): Promise<JobRecord> {
  const { admission, spool, journal, clock, newId } = parts
  const id = `job_${newId()}` as JobId
  const place = admission.enter(submission.tenant)
  try {
    const payload = await spool.write(id, inTime(submission.items, limits, parts), (bytes) => place.grow(bytes))
    const record = newRecord(id, submission, payload, clock.wall())
    try {
      if (payload.items === 0) throw new AppError('invalid_request', 'A job needs at least one document or address')
      await journal.submitted(record)
    } catch (error) {
      await dropPayloads(parts, [id])
      throw error
    }
    await enqueue(parts, worker, record, place)
    return record
  } catch (error) {
    place.leave()
    throw error
  }
}

/** Makes a job live that is in the journal. Never rejects: a message that is missing is sent again by the worker. */
export async function enqueue(
  { view, messages, warn, watchers }: QueueParts,
  worker: Worker,
  record: JobRecord,
  place: Place,
): Promise<void> {
  view.live.set(record.id, liveJob(record, place))
  await view.save(record)
  await orWarn(warn, `Job ${record.id} could not be queued and will be`, messages.send(record.tenant, [record]))
  watchers.changed(record.id)
  worker.wake()
}

async function* spooled(items: Submission['items']): AsyncGenerator<SpooledItem, undefined> {
  for await (const item of items) yield { item, retries: 0 }
}

async function* inTime(
  items: AsyncIterable<SpooledItem>,
  { signal, deadline }: Limits,
  { clock }: QueueParts,
): AsyncGenerator<SpooledItem, undefined> {
  for await (const item of items) {
    if (signal.aborted) throw new AppError('cancelled', 'The caller went away before the job was accepted')
    if (clock.now() > deadline) throw new AppError('deadline_exceeded', 'The job was not accepted in time')
    yield item
  }
}
