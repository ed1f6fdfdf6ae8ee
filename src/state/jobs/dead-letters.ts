import { AppError } from '../../core/errors.ts'
import type { JobId, TenantId } from '../../core/ids.ts'
import type { DeadLetter, JobPage, JobQueue, JobStatus } from '../../core/ports/job-queue.ts'
import type { Limits } from '../../core/ports/limits.ts'
import { removeLetters } from './finish.ts'
import type { SpooledItem } from './item-frame.ts'
import type { Letters, StoredLetter } from './letters.ts'
import { statusOf } from './live-job.ts'
import type { QueueParts } from './parts.ts'
import type { Accept } from './submit.ts'

/** Copying payloads from one folder to another has no caller that could go away. */
const NO_LIMITS: Limits = { signal: new AbortController().signal, deadline: Infinity }

export interface DeadLetters {
  readonly list: JobQueue['deadLetters']
  readonly payload: JobQueue['payload']
  readonly retry: JobQueue['retryDeadLetters']
  readonly discard: JobQueue['discardDeadLetters']
  /** Queues all of one job again; null where it has none. */
  retryOf(tenant: TenantId, job: JobId): Promise<JobStatus | null>
}

/** What could not be ingested: listed, read, queued again, discarded. */
export function createDeadLetters(parts: QueueParts, accept: Accept): DeadLetters {
  const { letters, letterRows } = parts

  const find = async (tenant: TenantId, ids: readonly string[] | null): Promise<StoredLetter[]> => {
    const found = await letterRows.find(tenant, ids)
    const missing = ids?.find((id) => found.every((letter) => letter.id !== id))
    if (missing !== undefined) throw new AppError('job_not_found', `There is no dead letter ${missing}`, { id: missing })
    return found
  }

  /** The new job is durable before the old letters go: a kill between them leaves both, and a document that is ingested twice costs nothing. */
  const again = async (some: readonly StoredLetter[]): Promise<JobStatus> => {
    const [first] = some
    if (first === undefined) throw new AppError('job_not_found', 'There are no dead letters')
    const { tenant, key, index, feature } = first
    const submission = { tenant, key, index, feature, idempotencyKey: null, requestHash: '' }
    const record = await accept({ ...submission, items: itemsOf(letters, some) }, NO_LIMITS)
    await removeLetters(parts, some)
    return statusOf(record)
  }

  return {
    async list(tenant: TenantId, job: JobId | null, page: JobPage) {
      return (await letterRows.list(tenant, job, page)).map(publicLetter)
    },
    async payload(tenant, id) {
      const [letter] = await find(tenant, [id])
      if (letter === undefined) throw new AppError('job_not_found', `There is no dead letter ${id}`, { id })
      return (await letters.read(letter)).item
    },
    async retry(tenant, ids) {
      const jobs = Map.groupBy(await find(tenant, ids), (letter) => letter.job)
      const queued: JobStatus[] = []
      for (const some of jobs.values()) queued.push(await again(some))
      return queued
    },
    async discard(tenant, ids) {
      const found = await find(tenant, ids)
      await removeLetters(parts, found)
      return found.length
    },
    async retryOf(tenant, job) {
      const found = await letterRows.ofJob(tenant, job)
      return found.length === 0 ? null : again(found)
    },
  }
}

/** Each item once, however many of its documents are among the letters. */
async function* itemsOf(letters: Letters, some: readonly StoredLetter[]): AsyncGenerator<SpooledItem, undefined> {
  const seen = new Set<number>()
  for (const letter of some) {
    if (seen.has(letter.ordinal)) continue
    seen.add(letter.ordinal)
    const { item, retries } = await letters.read(letter)
    yield { item, retries: retries + 1 }
  }
}

function publicLetter(letter: StoredLetter): DeadLetter {
  const { id, job, index, document, code, message, bytes, at, retries } = letter
  return { id, job, index, document, code, message, bytes, at, retries }
}
