import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Limits } from '../core/ports/limits.ts'

/** Waits for `call` no longer than `limits` allow; it is left to end by itself, so it must be harmless or a single statement. */
export async function within<T>(limits: Limits, clock: Clock, call: () => Promise<T>): Promise<T> {
  const { signal, deadline } = limits
  const left = deadline - clock.now()
  if (signal.aborted) throw cancelled()
  if (left <= 0) throw exceeded()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const abort = () => reject(cancelled())
  const timer = setTimeout(() => reject(exceeded()), Math.min(left, 2 ** 31 - 1))
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([call(), stopped])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
  }
}

const cancelled = (): AppError => new AppError('cancelled', 'Nobody waits for the control database any more')
const exceeded = (): AppError => new AppError('deadline_exceeded', 'The control database did not answer before the deadline')
