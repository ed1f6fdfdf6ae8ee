import type { Connection } from '@lancedb/lancedb'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AppError, invariant } from '../src/core/errors.ts'
import type { Revision } from '../src/core/ids.ts'
import type { IndexCounts } from '../src/core/types.ts'
import { pruneCommits, recordName, writeCommit } from './commit.ts'
import type { Commit, TableVersions } from './commit.ts'
import { SyncedTree } from './durable.ts'
import type { BuildPaths } from './layout.ts'
import { hasVectorIndex } from './maintenance.ts'
import type { IndexContext } from './settings.ts'
import { Snapshot } from './snapshot.ts'
import { TABLES, closeTables, openAt, versionsOf } from './tables.ts'
import type { Tables } from './tables.ts'

/**
 * Which revision readers see, and what cleaning must leave. A revision comes into being in this order, and only the last step
 * makes it true:
 *
 *     tables written -> their files fsynced -> read handles opened -> commit record fsynced -> readers move
 */
export class Revisions {
  readonly #connection: Connection
  readonly #paths: BuildPaths
  readonly #context: IndexContext
  readonly #synced: SyncedTree
  readonly #live = new Set<Snapshot>()
  #kept: readonly Commit[]
  #highest: Revision
  #current: Snapshot | null = null
  #allReleased: () => void = () => undefined
  /** Resolves when after `close` the last reader has been released. */
  readonly released: Promise<void>

  constructor(connection: Connection, paths: BuildPaths, context: IndexContext, highest: Revision) {
    this.#connection = connection
    this.#paths = paths
    this.#context = context
    this.#synced = new SyncedTree(paths.lance)
    this.#kept = []
    this.#highest = highest
    this.released = new Promise((resolve) => {
      this.#allReleased = resolve
    })
  }

  get current(): Snapshot {
    invariant(this.#current !== null, 'revisions are open')
    return this.#current
  }

  get head(): Commit {
    return this.current.commit
  }

  /** Snapshots that somebody reads beside the newest, or the newest where it is read. */
  get readers(): number {
    return [...this.#live].filter((snapshot) => snapshot !== this.#current || snapshot.isRead).length
  }

  /**
   * Moves readers to a revision that stands on disk already; `index_damaged` where it is not what its record says. `before` are the
   * records of those before it, newest first: cleaning leaves them to fall back to, as it would have without a restart.
   */
  async open(commit: Commit, before: readonly Commit[]): Promise<void> {
    const snapshot = await this.#snapshot(commit)
    try {
      for (const name of TABLES) {
        if ((await snapshot.tables[name].countRows()) === commit.counts[name]) continue
        throw new AppError('index_damaged', 'A table does not hold the rows that its commit record counts', { table: name })
      }
    } catch (error) {
      snapshot.release()
      throw error
    }
    this.#kept = before
    this.#move(commit, snapshot)
  }

  /** Makes the state of the written tables the next revision. Rejected: the revision before still stands. */
  async publish(tables: Tables, content: string, sinceBuild: IndexCounts): Promise<Revision> {
    const commit: Commit = {
      revision: this.#highest + 1,
      tables: await versionsOf(tables),
      counts: { documents: await tables.documents.countRows(), chunks: await tables.chunks.countRows() },
      sinceBuild,
      content,
      committedAt: new Date(this.#context.clock.wall()).toISOString(),
    }
    await this.#synced.sync()
    const snapshot = await this.#snapshot(commit)
    try {
      await writeCommit(this.#paths.commits, commit)
    } catch (error) {
      snapshot.release()
      await rm(path.join(this.#paths.commits, recordName(commit.revision)), { force: true })
      throw error
    }
    this.#highest = commit.revision
    this.#move(commit, snapshot)
    await pruneCommits(this.#paths.commits, new Set(this.#kept.map(({ revision }) => revision))).catch((error: unknown) => {
      this.#context.log.warn('index_prune_failed', { build: this.#paths.root, error })
    })
    return commit.revision
  }

  /** The oldest table versions that a kept revision or a reader still needs. */
  oldestNeeded(): TableVersions {
    const needed = [...this.#kept, ...[...this.#live].map(({ commit }) => commit)].map(({ tables }) => tables)
    return {
      chunks: Math.min(...needed.map(({ chunks }) => chunks)),
      documents: Math.min(...needed.map(({ documents }) => documents)),
    }
  }

  /** No reader is pinned from then on; those that are keep reading. */
  close(): void {
    this.#current?.release()
    this.#current = null
    if (this.#live.size === 0) this.#allReleased()
  }

  async #snapshot(commit: Commit): Promise<Snapshot> {
    const tables: Tables = await openAt(this.#connection, commit.tables)
    const vectorIndexes = await this.#vectorIndexes(tables)
    const snapshot: Snapshot = new Snapshot(commit, tables, vectorIndexes, () => {
      this.#live.delete(snapshot)
      if (this.#current === null && this.#live.size === 0) this.#allReleased()
    })
    this.#live.add(snapshot)
    return snapshot
  }

  async #vectorIndexes(tables: Tables): Promise<Snapshot['vectorIndexes']> {
    try {
      return {
        chunks: await hasVectorIndex('chunks', tables.chunks),
        documents: await hasVectorIndex('documents', tables.documents),
      }
    } catch (error) {
      closeTables(tables)
      throw error
    }
  }

  #move(commit: Commit, snapshot: Snapshot): void {
    const before = this.#current
    this.#current = snapshot
    this.#kept = [commit, ...this.#kept].slice(0, this.#context.settings.keptRevisions)
    before?.release()
  }
}
