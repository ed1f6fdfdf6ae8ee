import { AppError } from '../core/errors.ts'

export interface GateLimits {
  readonly slots: number
  readonly waiting: number
  readonly waitMs: number
}

/** So many at a time, so many waiting, first come first served, none waiting for ever. */
export class Gate {
  readonly #limits: GateLimits
  readonly #waiting = new Set<() => void>()
  #free: number

  constructor(limits: GateLimits) {
    this.#limits = limits
    this.#free = limits.slots
  }

  /** Resolves with the function that gives the slot back (harmless when called twice). Rejects `too_busy`, or with the reason of `signal`. */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free -= 1
    else await this.#wait(signal)
    let held = true
    return () => {
      if (held) this.#giveBack()
      held = false
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    const { waiting, waitMs } = this.#limits
    if (this.#waiting.size >= waiting)
      return Promise.reject(new AppError('too_busy', 'Too many requests are waiting already', { limit: waiting }))
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', gone)
        this.#waiting.delete(enter)
      }
      const enter = () => {
        leave()
        resolve()
      }
      const gone = () => {
        leave()
        reject(signal.reason as Error)
      }
      const timer = setTimeout(() => {
        leave()
        reject(new AppError('too_busy', `No slot became free within ${waitMs} ms`))
      }, waitMs)
      signal.addEventListener('abort', gone, { once: true })
      this.#waiting.add(enter)
    })
  }

  /** A slot goes to the one that waits longest, or back. */
  #giveBack(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#free += 1
    else next()
  }
}
