import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexCounts, IndexDeclaration } from '../src/core/types.ts'
import type { Demand } from './demand.ts'
import { InPauses } from './in-pauses.ts'
import { maintain, unindexedLimit } from './maintenance.ts'
import type { Occasion } from './maintenance.ts'
import { nativeError } from './native-errors.ts'
import type { Revisions } from './revisions.ts'
import type { IndexContext } from './settings.ts'
import { TABLES } from './tables.ts'
import type { Tables } from './tables.ts'
import { Unindexed } from './unindexed.ts'

export interface UpkeepParts {
  readonly declaration: IndexDeclaration
  readonly tables: Tables
  readonly revisions: Revisions
  readonly demand: Demand
  readonly context: IndexContext
}

/** A write that changes nothing but the indexes, in its turn. */
type IndexNow = (when: Occasion['when'], limits: Limits) => Promise<unknown>

/** Decides when the indexes of the tables of a build catch up with their rows: while writing goes on, when it pauses, and when somebody searches again. */
export class Upkeep {
  readonly #parts: UpkeepParts
  readonly #index: IndexNow
  readonly #unindexed: Unindexed
  readonly #pauses: InPauses
  readonly #closing = new AbortController()

  constructor(parts: UpkeepParts, index: IndexNow) {
    this.#parts = parts
    this.#index = index
    this.#unindexed = new Unindexed(parts.tables)
    const { clock, settings } = parts.context
    this.#pauses = new InPauses(clock, settings.optimizeIdleMs, () => this.#indexBeside('pause'))
  }

  appended(rows: IndexCounts): void {
    this.#unindexed.add(rows)
  }

  /** Rows changed otherwise, or went back to an earlier state. */
  changed(): void {
    this.#unindexed.forget()
  }

  /**
   * Before readers move: they never meet more unindexed rows than the limit, and none after a pause. Gives back what was
   * written since the vector indexes were last built.
   */
  async maintain(sinceBuild: IndexCounts, when: Occasion['when']): Promise<IndexCounts> {
    const { tables, revisions, demand, context } = this.#parts
    const since = { ...sinceBuild }
    for (const name of TABLES) {
      const limit = unindexedLimit(await tables[name].countRows(), demand.isQuiet, context.settings)
      if (when === 'write' && (await this.#unindexed.of(name)) <= limit) continue
      const occasion = { when, sinceBuild: since[name] }
      if (await maintain(name, tables[name], occasion, context.settings, revisions.oldestNeeded()[name])) since[name] = 0
      this.#unindexed.indexed(name)
    }
    return since
  }

  /** Whether so many rows were left for later that a pause is worth indexing them. */
  async hasLeftRows(): Promise<boolean> {
    return (await this.#unindexed.of('chunks')) > this.#parts.context.settings.idleUnindexedRows
  }

  /** A revision was published just now. */
  wrote(hasLeftRows: boolean): void {
    this.#pauses.wrote(hasLeftRows)
  }

  /** Somebody searches after a quiet time, in which writes left rows for later. Does not reject. */
  async indexLeftRows(): Promise<void> {
    await this.#indexBeside('write')
  }

  /** Nothing is begun from then on, and what waits for its turn gives up. */
  close(): void {
    this.#pauses.close()
    this.#closing.abort()
  }

  /** For nobody who waits: what goes wrong is logged. */
  async #indexBeside(when: Occasion['when']): Promise<void> {
    const { signal } = this.#closing
    const { declaration, context } = this.#parts
    try {
      await this.#index(when, { signal, deadline: Infinity })
    } catch (error) {
      if (!signal.aborted) context.log.warn('index_optimize_failed', { index: declaration.name, error: nativeError(error) })
    }
  }
}
