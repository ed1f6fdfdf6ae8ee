import { setImmediate as nextTurn } from 'node:timers/promises'
import type { JobResult } from './onnx-messages.ts'
import type { Steps } from './onnx-jobs.ts'

interface Entry {
  readonly id: number
  readonly urgent: boolean
  readonly begin: () => Promise<Steps<JobResult>>
  steps: Steps<JobResult> | null
}

export interface Outcomes {
  done(id: number, result: JobResult): void
  failed(id: number, error: unknown): void
}

/**
 * Takes one step at a time of the job that comes first (urgent ones, then by arrival), so that a question waits for one batch
 * of a longer job and not for all of it. Between steps the event loop turns, which lets cancellations in.
 */
export class OnnxScheduler {
  readonly #outcomes: Outcomes
  readonly #entries: Entry[] = []
  #working: Promise<void> | null = null
  #closed = false

  constructor(outcomes: Outcomes) {
    this.#outcomes = outcomes
  }

  add(id: number, urgent: boolean, begin: () => Promise<Steps<JobResult>>): void {
    this.#entries.push({ id, urgent, begin, steps: null })
    this.#working ??= this.#work()
  }

  /** The job takes no further step and has no outcome. */
  cancel(id: number): void {
    const at = this.#entries.findIndex((entry) => entry.id === id)
    if (at >= 0) this.#entries.splice(at, 1)
  }

  /** Resolves when the step in progress has ended; no other follows. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#working
  }

  async #work(): Promise<void> {
    while (!this.#closed) {
      const entry = this.#entries.find((candidate) => candidate.urgent) ?? this.#entries[0]
      if (entry === undefined) break
      await this.#step(entry)
      await nextTurn()
    }
    this.#working = null
  }

  async #step(entry: Entry): Promise<void> {
    try {
      entry.steps ??= await entry.begin()
      const step = await entry.steps.next()
      if (step.done !== true || !this.#entries.includes(entry)) return
      this.cancel(entry.id)
      this.#outcomes.done(entry.id, step.value)
    } catch (error) {
      this.cancel(entry.id)
      this.#outcomes.failed(entry.id, error)
    }
  }
}
