import { AppError } from '../../core/errors.ts'
import type { Place } from './admission.ts'
import { hasEnded, requeued, type JobRecord } from './job-record.ts'
import { dropPayloads, orWarn, type QueueParts } from './parts.ts'
import { SettledLog } from './settled-log.ts'
import { enqueue } from './submit.ts'
import type { Worker } from './worker.ts'
import { removeNote } from './worker-note.ts'

/** Begins failed and cancelled jobs again, each once, however often it is asked at the same time. */
export function createRequeue(parts: QueueParts, worker: Worker): (record: JobRecord) => Promise<void> {
  const { requeues, view } = parts
  return async (record) => {
    const { id } = record
    const live = view.live.get(id)
    if (live !== undefined && !hasEnded(live.record.state)) return
    const work = requeues.get(id) ?? requeue(parts, worker, record)
    requeues.set(id, work)
    try {
      await work
    } finally {
      requeues.delete(id)
    }
  }
}

async function requeue(parts: QueueParts, worker: Worker, record: JobRecord): Promise<void> {
  const { admission, spool, kept, journal, messages, warn } = parts
  const { id, tenant } = record
  if (!kept.take(record) || !(await spool.hasPayload(id)))
    throw new AppError('invalid_request', 'The payload of this job was removed; send its documents again', { id })
  const again = requeued(record)
  let place: Place | null = null
  try {
    place = admission.enter(tenant)
    place.grow(record.bytes)
    await SettledLog.remove(spool.folder(id))
    await removeNote(spool.folder(id))
    await journal.requeued(again)
  } catch (error) {
    place?.leave()
    await dropPayloads(parts, kept.add(record))
    throw error
  }
  await orWarn(warn, `Job ${id} could not be taken out of its old turn`, messages.remove(record))
  await enqueue(parts, worker, again, place)
}
