import type { IndexBook } from './index-book.ts'
import type { OpenVersion } from './open-version.ts'
import { recordOf } from './version-moves.ts'
import type { Lease, VersionShelf } from './version-shelf.ts'

/** The current version, held open for as long as it is current. */
export class LiveVersion {
  readonly #book: IndexBook
  readonly #shelf: VersionShelf
  #lease: Lease

  constructor(book: IndexBook, shelf: VersionShelf, lease: Lease) {
    this.#book = book
    this.#shelf = shelf
    this.#lease = lease
  }

  get opened(): OpenVersion {
    return this.#lease.opened
  }

  /** Moves to what the file names as current. The one before is released, and read on by those who read it. */
  async follow(): Promise<void> {
    const record = recordOf(this.#book.file, 'current')
    if (record.version === this.opened.version) return
    const before = this.#lease
    this.#lease = await this.#shelf.take(record.build, record)
    before.release()
  }
}
