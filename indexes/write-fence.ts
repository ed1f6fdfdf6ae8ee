import { AppError } from '../src/core/errors.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { checkLimits, whenOver } from './within-limits.ts'

interface Waiter {
  readonly exclusive: boolean
  readonly start: () => void
}

/**
 * Many writes at once, or one move of the alias (or whatever else has to be alone): a write that was let in ends before the move, one that
 * comes later waits until it is done. In the order of arrival, so that neither starves; `too_busy` where more than `length` wait.
 */
export class WriteFence {
  readonly #clock: Clock
  readonly #length: number
  readonly #waiting: Waiter[] = []
  #writes = 0
  #moving = false

  constructor(clock: Clock, length: number) {
    this.#clock = clock
    this.#length = length
  }

  async write<T>(limits: Limits, work: () => Promise<T>): Promise<T> {
    await this.#turn(false, limits)
    try {
      return await work()
    } finally {
      this.#writes--
      this.#next()
    }
  }

  async move<T>(limits: Limits, work: () => Promise<T>): Promise<T> {
    await this.#turn(true, limits)
    try {
      return await work()
    } finally {
      this.#moving = false
      this.#next()
    }
  }

  #admits(exclusive: boolean): boolean {
    return !this.#moving && (!exclusive || this.#writes === 0)
  }

  #admit(exclusive: boolean): void {
    if (exclusive) this.#moving = true
    else this.#writes++
  }

  async #turn(exclusive: boolean, limits: Limits): Promise<void> {
    checkLimits(this.#clock, limits)
    if (this.#waiting.length === 0 && this.#admits(exclusive)) {
      this.#admit(exclusive)
      return
    }
    if (this.#waiting.length >= this.#length) {
      throw new AppError('too_busy', 'Too many writes wait for a version to be published', { queue: 'index writes', length: this.#length })
    }
    await new Promise<void>((resolve, reject) => {
      const stop = whenOver(this.#clock, limits, (error) => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        stop()
        reject(error)
        this.#next()
      })
      const waiter: Waiter = {
        exclusive,
        start: () => {
          stop()
          resolve()
        },
      }
      this.#waiting.push(waiter)
    })
  }

  #next(): void {
    for (;;) {
      const [first] = this.#waiting
      if (first === undefined || !this.#admits(first.exclusive)) return
      this.#waiting.shift()
      this.#admit(first.exclusive)
      first.start()
    }
  }
}
