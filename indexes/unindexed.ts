import { unindexedRows } from './maintenance.ts'
import type { TableName, Tables } from './tables.ts'

/**
 * Rows of each table that its full-text index does not know yet. LanceDB opens that whole index to count them, which among 160,000 chunks takes longer than to write a
 * batch: so they are asked for once, and counted along. Rows that went before they were indexed are counted still: too many, never too few.
 */
export class Unindexed {
  readonly #tables: Tables
  readonly #rows = new Map<TableName, number>()

  constructor(tables: Tables) {
    this.#tables = tables
  }

  async of(name: TableName): Promise<number> {
    const rows = this.#rows.get(name) ?? (await unindexedRows(this.#tables[name]))
    this.#rows.set(name, rows)
    return rows
  }

  /** What was appended; a table that nobody has asked about yet counts it itself when it is asked. */
  add(rows: Readonly<Record<TableName, number>>): void {
    for (const [name, known] of this.#rows) this.#rows.set(name, known + rows[name])
  }

  /** The indexes of a table have taken in every row. */
  indexed(name: TableName): void {
    this.#rows.set(name, 0)
  }

  /** Rows changed otherwise, or went back to an earlier state. */
  forget(): void {
    this.#rows.clear()
  }
}
