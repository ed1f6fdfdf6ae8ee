import { invariant } from '../src/core/errors.ts'
import type { Commit } from './commit.ts'
import { closeTables } from './tables.ts'
import type { Tables } from './tables.ts'

/**
 * The open handles of one revision, shared by its readers and counted. Closing them is what lets cleaning take the files:
 * an open handle reads on, but a version that was cleaned away cannot be opened again.
 *
 *     one for the index while it is the newest ─┐
 *     one for every pinned reader ──────────────┴─> 0: handles closed, `closed` called once
 */
export class Snapshot {
  readonly commit: Commit
  readonly tables: Tables
  /** Whether queries over this column go through a vector index. */
  readonly vectorIndexes: Readonly<Record<'chunks' | 'documents', boolean>>
  readonly #closed: () => void
  #references = 1

  constructor(commit: Commit, tables: Tables, vectorIndexes: Readonly<Record<'chunks' | 'documents', boolean>>, closed: () => void) {
    this.commit = commit
    this.tables = tables
    this.vectorIndexes = vectorIndexes
    this.#closed = closed
  }

  /** By somebody else than the index, which holds its newest revision. */
  get isRead(): boolean {
    return this.#references > 1
  }

  retain(): this {
    invariant(this.#references > 0, 'a closed snapshot is not used again')
    this.#references++
    return this
  }

  release(): void {
    invariant(this.#references > 0, 'a snapshot is released as often as it was retained')
    this.#references--
    if (this.#references > 0) return
    closeTables(this.tables)
    this.#closed()
  }
}
