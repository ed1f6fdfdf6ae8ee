import { AppError } from '../src/core/errors.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import type { Limits } from '../src/core/ports/limits.ts'

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Rejects `cancelled` or `deadline_exceeded` where nobody waits any more. */
export function checkLimits(clock: Clock, limits: Limits): void {
  if (limits.signal.aborted) throw new AppError('cancelled', 'The caller went away')
  if (clock.now() >= limits.deadline) throw new AppError('deadline_exceeded', 'The deadline passed while the index was read or written')
}

/** Milliseconds that are left, at least 1: what LanceDB takes as `timeoutMs`. */
export function timeLeft(clock: Clock, limits: Limits): number {
  return Math.min(LONGEST_TIMER_MS, Math.max(1, Math.ceil(limits.deadline - clock.now())))
}

/**
 * Calls `over` once when the limits are reached; returns the function that stops watching. `over` gets the error to reject with.
 */
export function whenOver(clock: Clock, limits: Limits, over: (error: AppError) => void): () => void {
  const abort = (): void => over(new AppError('cancelled', 'The caller went away'))
  const late = (): void => over(new AppError('deadline_exceeded', 'The deadline passed while the index was read or written'))
  limits.signal.addEventListener('abort', abort, { once: true })
  const timer = setTimeout(late, timeLeft(clock, limits))
  return () => {
    limits.signal.removeEventListener('abort', abort)
    clearTimeout(timer)
  }
}

/** The outcome of `work`, or the rejection of the limits where they come first: a native call cannot be stopped, only no longer be waited for. */
export async function withinLimits<T>(clock: Clock, limits: Limits, work: Promise<T>): Promise<T> {
  let stop = (): void => undefined
  const over = new Promise<never>((_, reject) => {
    stop = whenOver(clock, limits, reject)
  })
  try {
    return await Promise.race([work, over])
  } finally {
    stop()
  }
}
