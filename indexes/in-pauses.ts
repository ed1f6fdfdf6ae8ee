import type { Clock } from '../src/core/ports/clock.ts'

/** A pause is at least so many times as long as the work took last time, so that work in pauses takes at most about a tenth of the time. */
const PAUSE_FOR_WORK = 9

/**
 * Does `work` when nothing has been written for a while. Who writes slowly, say on a busy machine, pauses after each batch: without regard to what the work costs it would
 * be done each time, and make the next batch slower still.
 */
export class InPauses {
  readonly #clock: Clock
  readonly #leastMs: number
  readonly #work: () => Promise<void>
  #timer: NodeJS.Timeout | undefined
  #lastMs = 0
  #isClosed = false

  /** `work` does not reject. */
  constructor(clock: Clock, leastMs: number, work: () => Promise<void>) {
    this.#clock = clock
    this.#leastMs = leastMs
    this.#work = work
  }

  /** Something was written just now; the next pause is worth the work only where it `isWanted`. */
  wrote(isWanted: boolean): void {
    clearTimeout(this.#timer)
    if (!isWanted || this.#isClosed) return
    this.#timer = setTimeout(() => void this.#run(), Math.max(this.#leastMs, this.#lastMs * PAUSE_FOR_WORK))
    this.#timer.unref()
  }

  /** None is begun from then on. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    const started = this.#clock.now()
    await this.#work()
    this.#lastMs = this.#clock.now() - started
  }
}
