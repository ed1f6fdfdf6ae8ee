import { AppError } from '../../core/errors.ts'
import type { JobId, TenantId } from '../../core/ids.ts'
import type { JobQueue, JobStatus } from '../../core/ports/job-queue.ts'
import { createDeadLetters } from './dead-letters.ts'
import { finish } from './finish.ts'
import { hasEnded, type JobRecord } from './job-record.ts'
import { liveJob, liveStatus, statusOf, type LiveJob } from './live-job.ts'
import { openParts } from './open-parts.ts'
import { orWarn, type JobQueuePorts, type QueueParts } from './parts.ts'
import type { JobSettings } from './settings.ts'
import { createRequeue } from './requeue.ts'
import { acceptJob, createSubmit, type Accept } from './submit.ts'
import { watchJob } from './watch.ts'
import { Worker } from './worker.ts'

/** How often jobs that are remembered long enough are forgotten. */
const FORGET_MS = 3_600_000

/**
 * The queue of one data directory. What was accepted stands in `<data>/spool`: payloads in a folder for each job, and what became of them in a journal.
 * The control database holds views of that (rows for lists, messages of pg-boss for the turn), made again at every start. Opening it begins what is
 * unfinished.
 */
export async function createJobQueue(settings: JobSettings, ports: JobQueuePorts): Promise<JobQueue> {
  const { parts, unfinished, deaths } = await openParts(settings, ports)
  const { view, admission, messages, journal, letterRows, watchers, clock, warn } = parts
  const worker = new Worker(parts)
  const closing = new AbortController()
  for (const record of unfinished) view.live.set(record.id, liveJob(record, admission.restore(record.tenant, record.bytes)))
  worker.wake()
  const forget = setInterval(() => void orWarn(warn, 'Old jobs could not be forgotten', forgetOld(parts)), FORGET_MS)

  const find = async (tenant: TenantId, id: JobId): Promise<JobRecord> => {
    const record = await view.find(tenant, id)
    if (record === null) throw new AppError('job_not_found', `There is no job ${id}`, { id })
    return record
  }
  const seen = (record: JobRecord): JobStatus => {
    const live = view.live.get(record.id)
    return live === undefined ? statusOf(record) : liveStatus(live, clock.now(), clock.wall())
  }
  const status = async (tenant: TenantId, id: JobId): Promise<JobStatus> => seen(await find(tenant, id))
  const refuseClosed = (): void => {
    if (closing.signal.aborted) throw new AppError('shutting_down', 'The queue takes no more jobs')
  }

  const accept: Accept = (submission, limits) => acceptJob(parts, worker, submission, limits)
  const submit = createSubmit(parts, accept)
  const requeue = createRequeue(parts, worker)
  const deadLetters = createDeadLetters(parts, accept)

  return {
    submit(submission, limits) {
      refuseClosed()
      return submit(submission, limits).then(seen)
    },
    status,
    async list(tenant, state, page) {
      return (await view.list(tenant, state, page)).map(seen)
    },
    watch: (tenant, id, signal) =>
      watchJob({ status: () => status(tenant, id), watchers, id, watchMs: settings.watchMs }, signal, closing.signal),

    async cancel(tenant, id) {
      const record = await find(tenant, id)
      const job = view.live.get(id)
      if (job === undefined || hasEnded(record.state)) return statusOf(record)
      if (job.run !== null) await worker.stop(id, 'cancelled')
      // Its run may have ended for another reason just then, and queued it again.
      if (job.run === null && !hasEnded(job.record.state)) await (job.ending ??= cancelWaiting(parts, job))
      return status(tenant, id)
    },

    async retry(tenant, id) {
      refuseClosed()
      await find(tenant, id)
      await (view.live.get(id)?.ending ?? null)
      const record = await find(tenant, id)
      if (record.state === 'done') return (await deadLetters.retryOf(tenant, id)) ?? seen(record)
      if (hasEnded(record.state)) await requeue(record)
      return status(tenant, id)
    },

    deadLetters: deadLetters.list,
    payload: deadLetters.payload,
    retryDeadLetters: deadLetters.retry,
    discardDeadLetters: deadLetters.discard,

    async health() {
      const live = Array.from(view.live.values(), ({ record }) => record)
      const waiting = live.filter(({ state }) => state === 'queued')
      const oldest = waiting.reduce((least, { createdAt }) => Math.min(least, createdAt), Infinity)
      return {
        waiting: waiting.length,
        running: live.filter(({ state }) => state === 'running').length,
        oldestMs: waiting.length === 0 ? 0 : Math.max(0, clock.wall() - oldest),
        deadLetters: await letterRows.count(),
        failures: Object.fromEntries(parts.failures),
        workerDeaths: deaths,
      }
    },

    async close() {
      if (closing.signal.aborted) return
      closing.abort()
      clearInterval(forget)
      await worker.close()
      await view.flush()
      await messages.close()
      await journal.close()
    },
  }
}

async function cancelWaiting(parts: QueueParts, job: LiveJob): Promise<void> {
  try {
    await finish(parts, job, 'cancelled', null, [])
  } finally {
    job.ending = null
  }
}

/** Ended jobs that are too old, or too many; their dead letters stay. */
async function forgetOld({ rows, spool, kept, requeues, journal, view, remembered }: QueueParts): Promise<void> {
  const old = (await rows.forgettable(remembered())).filter(({ id }) => !view.live.has(id) && !requeues.has(id))
  for (const job of old) kept.take(job)
  const ids = old.map(({ id }) => id)
  await rows.remove(ids)
  for (const id of ids) await spool.drop(id)
  await journal.compact()
}
