import type { Table } from '@lancedb/lancedb'
import { invariant } from '../src/core/errors.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { boundedQuery, searchText } from './full-text.ts'
import type { IndexSettings } from './settings.ts'
import { completeTop } from './ties.ts'
import { probes, searchVector } from './vectors.ts'

/** Runs one native call in its turn, with what is left of the time. */
export type NativeCall = <T>(limits: Limits, work: (timeoutMs: number) => Promise<T>) => Promise<T>

type Scored<Row> = Row & { readonly score: number }

/** Both ways to search one table, ties resolved by id before any cut. */
export class Searcher {
  readonly #table: Table
  readonly #column: 'vector' | 'centroid'
  readonly #rows: number
  readonly #indexed: boolean
  readonly #settings: IndexSettings
  readonly #call: NativeCall

  constructor(table: Table, column: 'vector' | 'centroid', rows: number, indexed: boolean, settings: IndexSettings, call: NativeCall) {
    this.#table = table
    this.#column = column
    this.#rows = rows
    this.#indexed = indexed
    this.#settings = settings
    this.#call = call
  }

  /** BM25, higher is better. A query without a word finds nothing. */
  async text<Row extends { readonly id: string }>(
    query: string,
    k: number,
    where: string | null,
    columns: readonly string[],
    limits: Limits,
  ): Promise<readonly Scored<Row>[]> {
    const depth = this.#depth(k)
    const bounded = boundedQuery(query, this.#settings.queryCharacters, this.#settings.queryTerms)
    if (bounded === '' || this.#rows === 0) return []
    return await completeTop(
      depth,
      Math.min(this.#rows, this.#settings.tieRows),
      (hit: Scored<Row>) => hit.id,
      async (limit) => {
        const rows = await this.#call(limits, (timeoutMs) => searchText(this.#table, bounded, where, columns, limit, timeoutMs))
        return (rows as (Row & { readonly _score: number })[]).map((row) => scored(row, columns, row._score))
      },
    )
  }

  /** Cosine similarity, -1 to 1. */
  async vector<Row extends { readonly id: string }>(
    vector: Float32Array,
    k: number,
    where: string | null,
    columns: readonly string[],
    limits: Limits,
  ): Promise<readonly Scored<Row>[]> {
    const depth = this.#depth(k)
    if (this.#rows === 0) return []
    const approximate = (await this.#exact(where, limits))
      ? null
      : { nprobes: probes(this.#rows, where !== null), refineFactor: this.#settings.refineFactor }
    const common = { column: this.#column, vector, where, columns, approximate }
    return await completeTop(
      depth,
      Math.min(this.#rows, this.#settings.tieRows),
      (hit: Scored<Row>) => hit.id,
      async (limit) => {
        const rows = await this.#call(limits, (timeoutMs) => searchVector(this.#table, { ...common, limit, timeoutMs }))
        return (rows as (Row & { readonly _distance: number })[]).map((row) => scored(row, columns, 1 - row._distance))
      },
    )
  }

  /** A filter that leaves few rows thins the partitions out until most of them are missed: those rows are compared one by one. */
  async #exact(where: string | null, limits: Limits): Promise<boolean> {
    if (!this.#indexed) return true
    if (where === null) return false
    return (await this.#call(limits, () => this.#table.countRows(where))) <= this.#settings.narrowRows
  }

  /** At most `indexes.hits`: LanceDB takes -1 and huge depths for an allocation that aborts the process. */
  #depth(k: number): number {
    invariant(Number.isInteger(k) && k >= 1, 'a leg asks for at least one hit')
    return Math.min(k, this.#settings.hits)
  }
}

/** Plain fields out of an Arrow row, which otherwise reads its batch again at every access. */
function scored<Row extends { readonly id: string }>(row: Row, columns: readonly string[], score: number): Scored<Row> {
  const fields = row as unknown as Readonly<Record<string, unknown>>
  const plain = Object.fromEntries(['_rowid', ...columns].map((name) => [name, fields[name]]))
  return { ...plain, score } as unknown as Scored<Row>
}
