import { AppError } from '../../core/errors.ts'
import type { JobId } from '../../core/ids.ts'
import { requeued, type JobRecord } from './job-record.ts'
import { orWarn, type QueueParts } from './parts.ts'
import { SettledLog } from './settled-log.ts'
import { enqueue } from './submit.ts'
import type { Worker } from './worker.ts'
import { removeNote } from './worker-note.ts'

/** Begins failed and cancelled jobs again, each once, however often it is asked at the same time. */
export function createRequeue(parts: QueueParts, worker: Worker): (record: JobRecord) => Promise<void> {
  const underWay = new Map<JobId, Promise<void>>()
  return async (record) => {
    const { id } = record
    const work = underWay.get(id) ?? requeue(parts, worker, record)
    underWay.set(id, work)
    try {
      await work
    } finally {
      underWay.delete(id)
    }
  }
}

async function requeue(parts: QueueParts, worker: Worker, record: JobRecord): Promise<void> {
  const { admission, spool, journal, messages, warn } = parts
  const { id, tenant } = record
  if (!(await spool.hasPayload(id)))
    throw new AppError('invalid_request', 'The payload of this job was removed; send its documents again', { id })
  const again = requeued(record)
  const place = admission.enter(tenant)
  try {
    place.grow(record.bytes)
    await SettledLog.remove(spool.folder(id))
    await removeNote(spool.folder(id))
    await journal.requeued(again)
  } catch (error) {
    place.leave()
    throw error
  }
  await orWarn(warn, `Job ${id} could not be taken out of its old turn`, messages.remove(record))
  await enqueue(parts, worker, again, place)
}
