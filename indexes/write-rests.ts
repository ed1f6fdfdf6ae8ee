import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../src/core/ports/clock.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { Demand } from './demand.ts'
import { withinLimits } from './within-limits.ts'

/** A rest is so many times as long as the batch before it took to write: beside questions a load takes about a third longer, and writes for a quarter of its time at most. */
const REST_FOR_WORK = 3

/**
 * Holds a load back while somebody searches: LanceDB writes and merges with all cores and the priority of the questions, so batches that follow each other without
 * a rest would leave those a fraction of the machine. Where nobody searches there is no rest. One that comes alone finds the rest over.
 */
export class WriteRests {
  readonly #clock: Clock
  readonly #demand: Demand
  readonly #longestMs: number
  #until = -Infinity

  constructor(clock: Clock, demand: Demand, longestMs: number) {
    this.#clock = clock
    this.#demand = demand
    this.#longestMs = longestMs
  }

  /** Waits for the end of the rest. Rejects as the limits say. */
  async over(limits: Limits): Promise<void> {
    const left = this.#until - this.#clock.now()
    if (left <= 0 || this.#demand.isQuiet) return
    const timer = new AbortController()
    try {
      await withinLimits(this.#clock, limits, sleep(left, undefined, { signal: timer.signal }))
    } finally {
      timer.abort()
    }
  }

  /** A batch was written, from `since` until now. */
  wrote(since: number): void {
    const now = this.#clock.now()
    this.#until = now + Math.min(this.#longestMs, (now - since) * REST_FOR_WORK)
  }
}
