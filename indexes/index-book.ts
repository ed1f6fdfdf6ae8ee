import type { Clock } from '../src/core/ports/clock.ts'
import { BoundedQueue } from './bounded-queue.ts'
import { readIndexFile, writeIndexFile } from './index-file.ts'
import type { IndexFile } from './index-file.ts'
import { indexNotFound } from './index-not-found.ts'

const CHANGES_THAT_WAIT = 256

/** `index.json` and what it holds, changed by one after the other. */
export class IndexBook {
  readonly #directory: string
  readonly #changes: BoundedQueue
  #file: IndexFile
  #closed = false

  constructor(directory: string, file: IndexFile, clock: Clock) {
    this.#directory = directory
    this.#file = file
    this.#changes = new BoundedQueue('index changes', clock, 1, CHANGES_THAT_WAIT)
  }

  get file(): IndexFile {
    return this.#file
  }

  /** Resolved = fsynced. Rejected: whatever the disk says holds, since a write can fail behind its rename. */
  async edit(change: (file: IndexFile) => IndexFile): Promise<void> {
    await this.alone(async () => {
      const next = change(this.#file)
      try {
        await writeIndexFile(this.#directory, next)
        this.#file = next
      } catch (error) {
        this.#file = (await readIndexFile(this.#directory).catch(() => null)) ?? this.#file
        throw error
      }
    })
  }

  /** Runs `work` while the file does not change. Not cancelled: what is begun here is short. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return await this.#changes.run({ signal: new AbortController().signal, deadline: Infinity }, async () => {
      if (this.#closed) throw indexNotFound(this.#file.declared.name)
      return await work()
    })
  }

  /** Runs `work`, which takes the file away, when nothing changes it any more; after it nobody can write it again. */
  async close(work: () => Promise<void>): Promise<void> {
    await this.alone(async () => {
      this.#closed = true
      await work()
    })
  }
}
