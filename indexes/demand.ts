import type { Clock } from '../src/core/ports/clock.ts'

/**
 * Whether anybody searches a version. Rows that no index knows yet cost those who search and nobody else: while nobody does a load leaves more of them for
 * later, and the first who comes has them indexed at once.
 *
 *     quiet ── search ──> asked ── `quietAfterMs` without one ──> quiet
 */
export class Demand {
  readonly #clock: Clock
  readonly #quietAfterMs: number
  readonly #came: () => void
  #lastAt = -Infinity

  /** `came` is called when somebody searches after a quiet time; it does not throw. */
  constructor(clock: Clock, quietAfterMs: number, came: () => void) {
    this.#clock = clock
    this.#quietAfterMs = quietAfterMs
    this.#came = came
  }

  get isQuiet(): boolean {
    return this.#clock.now() - this.#lastAt > this.#quietAfterMs
  }

  asked(): void {
    const wasQuiet = this.isQuiet
    this.#lastAt = this.#clock.now()
    if (wasQuiet) this.#came()
  }
}
