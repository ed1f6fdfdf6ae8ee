import type { Table } from '@lancedb/lancedb'
import type { Table as ArrowTable } from 'apache-arrow'
import { invariant } from '../src/core/errors.ts'
import type { RowHandle } from '../src/core/ports/index-reader.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { cells } from './cells.ts'
import { boundedQuery, searchText } from './full-text.ts'
import type { IndexSettings } from './settings.ts'
import { completeTop } from './ties.ts'
import { probes, searchVector } from './vectors.ts'

/** Runs one native call in its turn, with what is left of the time. */
export type NativeCall = <T>(limits: Limits, work: (timeoutMs: number) => Promise<T>) => Promise<T>

/** A table as a question meets it. */
export interface Searched<Hit> {
  readonly table: Table
  readonly rows: number
  readonly vectors: 'vector' | 'centroid'
  /** Whether there is an index over the vectors. */
  readonly indexed: boolean
  /** The one column that is fetched, and what becomes of it. */
  readonly fetch: string
  readonly hit: (row: RowHandle, cell: string, score: number) => Hit
  /** What ties are resolved by. */
  readonly id: (hit: Hit) => string
}

/** Both ways to search one table, ties resolved by id before any cut. */
export class Searcher<Hit extends { readonly score: number }> {
  readonly #searched: Searched<Hit>
  readonly #settings: IndexSettings
  readonly #call: NativeCall

  constructor(searched: Searched<Hit>, settings: IndexSettings, call: NativeCall) {
    this.#searched = searched
    this.#settings = settings
    this.#call = call
  }

  /** BM25, higher is better. A query without a word finds nothing. */
  async text(query: string, k: number, where: string | null, limits: Limits): Promise<readonly Hit[]> {
    const { table, fetch } = this.#searched
    const bounded = boundedQuery(query, this.#settings.queryCharacters, this.#settings.queryTerms)
    if (bounded === '') return []
    return await this.#top(k, async (limit) => {
      const found = await this.#call(limits, (timeoutMs) => searchText(table, bounded, where, fetch, limit, timeoutMs))
      return this.#hits(found, cells(found, '_score') as readonly number[])
    })
  }

  /** Cosine similarity, -1 to 1. */
  async vector(vector: Float32Array, k: number, where: string | null, limits: Limits): Promise<readonly Hit[]> {
    const { table, rows, vectors, fetch } = this.#searched
    const approximate = (await this.#exact(where, limits))
      ? null
      : { nprobes: probes(rows, where !== null), refineFactor: this.#settings.refineFactor }
    const search = { column: vectors, vector, where, fetch, approximate }
    return await this.#top(k, async (limit) => {
      const found = await this.#call(limits, (timeoutMs) => searchVector(table, { ...search, limit, timeoutMs }))
      return this.#hits(
        found,
        (cells(found, '_distance') as readonly number[]).map((distance) => 1 - distance),
      )
    })
  }

  /** At most `indexes.hits`: LanceDB takes -1 and huge depths for an allocation that aborts the process. */
  async #top(k: number, fetch: (limit: number) => Promise<readonly Hit[]>): Promise<readonly Hit[]> {
    const { rows, id } = this.#searched
    invariant(Number.isInteger(k) && k >= 1, 'a leg asks for at least one hit')
    if (rows === 0) return []
    return await completeTop(Math.min(k, this.#settings.hits), Math.min(rows, this.#settings.tieRows), id, fetch)
  }

  #hits(found: ArrowTable, scores: readonly number[]): readonly Hit[] {
    const { fetch, hit } = this.#searched
    const handles = cells(found, '_rowid') as readonly RowHandle[]
    const values = cells(found, fetch) as readonly string[]
    return scores.map((score, position) => {
      const [row, value] = [handles[position], values[position]]
      invariant(row !== undefined && value !== undefined, 'columns are of one length')
      return hit(row, value, score)
    })
  }

  /** A filter that leaves few rows thins the partitions out until most of them are missed: those rows are compared one by one. */
  async #exact(where: string | null, limits: Limits): Promise<boolean> {
    const { table, rows, indexed } = this.#searched
    if (rows === 0 || !indexed) return true
    if (where === null) return false
    return (await this.#call(limits, () => table.countRows(where))) <= this.#settings.narrowRows
  }
}
