import type { RecordBatch, Table } from 'apache-arrow'
import { invariant } from '../src/core/errors.ts'

/** Values of a column, in row order. Reading Arrow by rows instead costs a proxy a row and a search for the batch at every access. */
export function cells(table: Table | RecordBatch, column: string): readonly unknown[] {
  // A result without rows comes without batches, and so without columns.
  if (table.numRows === 0) return []
  const vector = table.getChild(column)
  invariant(vector !== null, 'a result has the columns that were asked for')
  return [...(vector as Iterable<unknown>)]
}
