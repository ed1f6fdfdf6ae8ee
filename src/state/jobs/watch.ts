import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.ts'
import type { JobId } from '../../core/ids.ts'
import type { JobStatus } from '../../core/ports/job-queue.ts'
import { hasEnded } from './job-record.ts'
import type { Watchers } from './watchers.ts'

export interface Watched {
  readonly id: JobId
  readonly status: () => Promise<JobStatus>
  readonly watchers: Watchers
  readonly watchMs: number
}

/** The status now and after each change, no two within `watchMs`, until it is final. Ends early with `signal`, rejects `shutting_down` with `closing`. */
export async function* watchJob(
  { id, status, watchers, watchMs }: Watched,
  signal: AbortSignal,
  closing: AbortSignal,
): AsyncGenerator<JobStatus, undefined> {
  const stop = AbortSignal.any([signal, closing])
  watchers.enter()
  try {
    while (!stop.aborted) {
      const { promise: change, resolve } = Promise.withResolvers<undefined>()
      const forget = watchers.onChange(id, () => resolve(undefined))
      const onStop = () => resolve(undefined)
      stop.addEventListener('abort', onStop, { once: true })
      try {
        const seen = await status()
        yield seen
        if (hasEnded(seen.state)) return
        await sleep(watchMs, undefined, { signal: stop }).catch(() => undefined)
        await change
      } finally {
        forget()
        stop.removeEventListener('abort', onStop)
      }
    }
    if (!signal.aborted) throw new AppError('shutting_down', 'The queue is closing; the job goes on after the next start')
  } finally {
    watchers.leave()
  }
}
