import { AppError } from '../src/core/errors.ts'
import type { Clock } from '../src/core/ports/clock.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { checkLimits, whenOver } from './within-limits.ts'

interface Waiter {
  readonly start: () => void
}

/**
 * So many tasks at once, so many waiting in order, `too_busy` beyond. A waiting task leaves the queue when its limits are
 * reached; a running one keeps its place until it has really ended, whoever still waits for it.
 */
export class BoundedQueue {
  readonly #name: string
  readonly #clock: Clock
  readonly #slots: number
  readonly #length: number
  readonly #waiting: Waiter[] = []
  readonly #idle: (() => void)[] = []
  #running = 0

  constructor(name: string, clock: Clock, slots: number, length: number) {
    this.#name = name
    this.#clock = clock
    this.#slots = slots
    this.#length = length
  }

  async run<T>(limits: Limits, task: () => Promise<T>): Promise<T> {
    checkLimits(this.#clock, limits)
    await this.#turn(limits)
    try {
      return await task()
    } finally {
      this.#next()
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  async #turn(limits: Limits): Promise<void> {
    if (this.#running < this.#slots) {
      this.#running++
      return
    }
    if (this.#waiting.length >= this.#length) {
      throw new AppError('too_busy', `The queue of ${this.#name} is full`, { queue: this.#name, length: this.#length })
    }
    await new Promise<void>((resolve, reject) => {
      const stop = whenOver(this.#clock, limits, (error) => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        stop()
        reject(error)
      })
      const waiter: Waiter = {
        start: () => {
          stop()
          resolve()
        },
      }
      this.#waiting.push(waiter)
    })
  }

  /** Hands the place to the next in line, or gives it back. */
  #next(): void {
    const waiter = this.#waiting.shift()
    if (waiter !== undefined) {
      waiter.start()
      return
    }
    this.#running--
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }
}
