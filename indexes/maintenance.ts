import './quiet.ts'
import { Index } from '@lancedb/lancedb'
import type { Table } from '@lancedb/lancedb'
import type { IndexDeclaration } from '../src/core/types.ts'
import { SEARCHABLE, fullTextIndex } from './full-text.ts'
import { retryingConflicts } from './native-errors.ts'
import { VECTOR_COLUMN, scalarIndexes } from './schema.ts'
import type { IndexSettings } from './settings.ts'
import type { TableName } from './tables.ts'
import { vectorIndex } from './vectors.ts'

export function indexNameOf(column: string): string {
  return `${column}_idx`
}

/** All indexes but the vector index, which needs rows to learn from. They are made while the table is empty and grow with it. */
export async function createIndexes(name: TableName, table: Table, declaration: IndexDeclaration): Promise<void> {
  for (const column of [SEARCHABLE, ...scalarIndexes(name, declaration).keys()]) await createIndex(name, table, column, declaration)
}

export async function createIndex(name: TableName, table: Table, column: string, declaration: IndexDeclaration): Promise<void> {
  const kind = scalarIndexes(name, declaration).get(column)
  const scalar = kind === 'bitmap' ? Index.bitmap() : Index.btree()
  await table.createIndex(column, { config: kind === undefined ? fullTextIndex(declaration.language) : scalar })
}

/** Rows that full-text search has to read one by one, 65 microseconds each. */
export async function unindexedRows(table: Table): Promise<number> {
  return (await table.indexStats(indexNameOf(SEARCHABLE)))?.numUnindexedRows ?? 0
}

/** More unindexed rows than this and a write indexes them: a share of a large table, or a bulk load would do nothing else. More while nobody searches them. */
export function unindexedLimit(rows: number, isQuiet: boolean, settings: IndexSettings): number {
  const searched = Math.max(settings.maxUnindexedRows, Math.floor(rows * settings.unindexedShare))
  return isQuiet ? Math.max(searched, settings.quietUnindexedRows) : searched
}

export async function hasVectorIndex(name: TableName, table: Table): Promise<boolean> {
  return (await table.indexStats(indexNameOf(VECTOR_COLUMN[name]))) !== undefined
}

/** Why a table is looked after, and how many of its rows were written since its vector index was last built whole. */
export interface Occasion {
  /** `write`: too many rows are unindexed while writing goes on. `pause`: a load has ended, or writing pauses. */
  readonly when: 'write' | 'pause'
  readonly sinceBuild: number
}

/**
 * Brings every row into every index, compacts, and removes versions older than `oldestNeeded`. The vector index is made when
 * there are rows enough, and made anew when it stands in more parts than allowed. True where it was made: it is one part now.
 */
export async function maintain(
  name: TableName,
  table: Table,
  occasion: Occasion,
  settings: IndexSettings,
  oldestNeeded: number,
): Promise<boolean> {
  const column = VECTOR_COLUMN[name]
  const cleanupOlderThan = await cleaningTime(table, oldestNeeded)
  await retryingConflicts(() => table.optimize({ cleanupOlderThan }))
  const parts = (await table.indexStats(indexNameOf(column)))?.numIndices
  const missing = parts === undefined && (await table.countRows(`${column} IS NOT NULL`)) >= settings.vectorIndexMinRows
  if (!missing && !isInTooManyParts(parts ?? 0, await table.countRows(), occasion, settings)) return false
  await retryingConflicts(() => table.createIndex(column, { config: vectorIndex() }))
  return true
}

/**
 * A part costs every question a little, a build of the whole index once a lot. In a pause the index is built when the rows written since the
 * last time, counted once for each part beyond the first, are a share of all rows: so each row written pays for
 * at most `vectorIndexMaxParts / vectorRebuildShare` rows built, however large the index grows.
 */
function isInTooManyParts(parts: number, rows: number, { when, sinceBuild }: Occasion, settings: IndexSettings): boolean {
  if (parts > settings.vectorIndexMaxParts) return true
  return when === 'pause' && parts > 1 && (parts - 1) * sinceBuild >= rows * settings.vectorRebuildShare
}

/** LanceDB cleans by time and not by version; clocks go back, so the time is before every version that is still needed. */
async function cleaningTime(table: Table, oldestNeeded: number): Promise<Date> {
  const needed = (await table.listVersions()).filter(({ version }) => version >= oldestNeeded)
  return new Date(Math.min(...needed.map(({ timestamp }) => timestamp.getTime())) - 1)
}
