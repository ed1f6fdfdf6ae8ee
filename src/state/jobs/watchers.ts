import { AppError } from '../../core/errors.ts'
import type { JobId } from '../../core/ids.ts'

/** Wakes those who watch a job. At most `limit` of them at a time, over all jobs. */
export class Watchers {
  readonly #limit: number
  readonly #waiting = new Map<JobId, Set<() => void>>()
  #count = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Throws `too_busy`. Whoever entered has to leave. */
  enter(): void {
    if (this.#count >= this.#limit) {
      throw new AppError('too_busy', `${this.#limit} callers watch jobs already; ask for the status instead`, {
        limit: this.#limit,
        retry_after_ms: 1000,
      })
    }
    this.#count += 1
  }

  leave(): void {
    this.#count -= 1
  }

  /** Calls `wake` at the next change of the job; call what comes back to stop that. */
  onChange(job: JobId, wake: () => void): () => void {
    const set = this.#waiting.get(job) ?? new Set()
    this.#waiting.set(job, set.add(wake))
    return () => {
      set.delete(wake)
      if (set.size === 0) this.#waiting.delete(job)
    }
  }

  changed(job: JobId): void {
    for (const wake of this.#waiting.get(job) ?? []) wake()
  }
}
