import type { TenantId } from '../../core/ids.ts'
import type { JobFailure, JobRecord, Settled } from './job-record.ts'
import type { StoredLetter } from './letters.ts'
import type { LiveJob } from './live-job.ts'
import { countFailure, dropPayloads, orWarn, type QueueParts } from './parts.ts'

type End = 'done' | 'failed' | 'cancelled'

/**
 * Ends a job: its dead letters and its end are on disk before anybody is told. Rejects `storage_full` where they could not be written; the job is then
 * as it was. What follows them is a view, or room to be made: where it fails, the next start does it.
 */
export async function finish(
  parts: QueueParts,
  job: LiveJob,
  state: End,
  error: JobFailure | null,
  failed: readonly Settled[],
): Promise<void> {
  const { journal, view, letters, letterRows, messages, kept, watchers, warn, clock } = parts
  const { id, tenant } = job.record
  const at = clock.wall()
  const written = state === 'done' ? await letters.write(job.record, failed, at) : []
  const record: JobRecord = { ...job.record, state, error, finishedAt: at, notBefore: null, hasPayload: state !== 'done' }
  await journal.ended(record)
  if (written.length > 0) {
    await orWarn(warn, `The dead letters of job ${id} could not be listed`, letterRows.add(written))
    await orWarn(warn, 'Old dead letters could not be removed', trimLetters(parts, tenant))
  }
  await orWarn(warn, `Job ${id} could not be taken out of its turn`, messages.remove(record))
  if (state === 'done') await dropPayloads(parts, [id])
  if (error !== null) countFailure(parts, error.code)
  job.record = record
  job.place.leave()
  const surplus = state === 'done' ? [] : kept.add(record)
  await view.save(record)
  await dropPayloads(parts, surplus)
  await orWarn(warn, 'The journal of jobs could not be compacted', journal.compact())
  // A retry may have made it live again.
  if (view.live.get(id) === job) view.live.delete(id)
  watchers.changed(id)
}

/** The oldest dead letters make room for new ones. */
async function trimLetters(parts: QueueParts, tenant: TenantId): Promise<void> {
  const surplus = await parts.letterRows.surplus(tenant, parts.settings.deadLetters)
  if (surplus.length === 0) return
  parts.warn(`Tenant ${tenant} has more than ${parts.settings.deadLetters} dead letters; the oldest ${surplus.length} were removed`)
  await removeLetters(parts, surplus)
}

export async function removeLetters({ letters, letterRows }: QueueParts, gone: readonly StoredLetter[]): Promise<void> {
  await letters.remove(gone)
  await letterRows.remove(gone)
}
