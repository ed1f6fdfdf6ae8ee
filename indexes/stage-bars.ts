import type { Progress, Terminal } from '../src/core/ports/command.ts'
import type { WireProgress } from './print-versions.ts'

const LABELS = { copy: 'Copying documents', verify: 'Verifying', gate: 'Asking golden questions', publish: 'Publishing' } as const

/** One bar at a time, of the stage that runs; a stage that begins again gets a new one. */
export class StageBars {
  readonly #terminal: Terminal
  #bar: Progress | null = null
  #stage = ''
  #done = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show({ stage, done, total }: WireProgress): void {
    if (total === 0) return
    if (this.#bar === null || stage !== this.#stage || done < this.#done) {
      this.stop()
      this.#bar = this.#terminal.progress(LABELS[stage], total)
      this.#stage = stage
      this.#done = 0
    }
    this.#bar.advance(done - this.#done)
    this.#done = done
  }

  stop(): void {
    this.#bar?.stop()
    this.#bar = null
  }
}
