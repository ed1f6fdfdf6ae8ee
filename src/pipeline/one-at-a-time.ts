import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Limits } from '../core/ports/limits.ts'

/** Ends a turn; more than once is harmless. */
export type Release = () => void

/** Lets one at a time in for each key, in the order in which they came; at most `maxWaiting` of a key wait. */
export class OneAtATime {
  readonly #maxWaiting: number
  readonly #clock: Clock
  /** Keys with somebody inside, and who waits for them. */
  readonly #waiting = new Map<string, (() => void)[]>()

  constructor(maxWaiting: number, clock: Clock) {
    this.#maxWaiting = maxWaiting
    this.#clock = clock
  }

  /** Resolves when it is the caller's turn. Rejects `too_busy`, `deadline_exceeded` or `cancelled`. */
  async enter(key: string, limits: Limits): Promise<Release> {
    if (limits.signal.aborted) throw new AppError('cancelled', 'Nobody waits for the session any more')
    const queue = this.#waiting.get(key)
    if (queue === undefined) this.#waiting.set(key, [])
    else await this.#wait(queue, limits)
    let isInside = true
    return () => {
      if (isInside) this.#leave(key)
      isInside = false
    }
  }

  #leave(key: string): void {
    const next = this.#waiting.get(key)?.shift()
    if (next === undefined) this.#waiting.delete(key)
    else next()
  }

  async #wait(queue: (() => void)[], { signal, deadline }: Limits): Promise<void> {
    if (queue.length >= this.#maxWaiting) {
      const message = `${queue.length} requests of the session wait already; they are answered one after another`
      throw new AppError('too_busy', message, { limit: 'sessions.max_waiting', max: this.#maxWaiting })
    }
    const { promise, resolve, reject } = Promise.withResolvers<null>()
    const enter = () => resolve(null)
    const giveUp = (error: AppError) => {
      const place = queue.indexOf(enter)
      if (place === -1) return
      queue.splice(place, 1)
      reject(error)
    }
    const abort = () => giveUp(new AppError('cancelled', 'Nobody waits for the session any more'))
    const exceed = () => giveUp(new AppError('deadline_exceeded', 'The session was busy with other requests until the deadline'))
    queue.push(enter)
    const timer = setTimeout(exceed, Math.min(Math.max(0, deadline - this.#clock.now()), 2 ** 31 - 1))
    signal.addEventListener('abort', abort, { once: true })
    try {
      await promise
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
  }
}
