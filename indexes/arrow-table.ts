import { Bool, FixedSizeList, Float32, RecordBatch, Struct, Table, makeData, vectorFromArray } from 'apache-arrow'
import type { Data, Field, Schema } from 'apache-arrow'
import { invariant } from '../src/core/errors.ts'

/** Values of one column, in row order; null where the column allows it. */
export type Column = readonly unknown[]

interface Bits {
  readonly bits: Uint8Array
  readonly set: number
}

/** One bit a row, the lowest first, as Arrow keeps validity and booleans. */
function bitmap(rows: Column, bit: (row: unknown) => boolean): Bits {
  const bits = new Uint8Array(Math.ceil(rows.length / 8))
  let set = 0
  for (const [index, row] of rows.entries()) {
    if (!bit(row)) continue
    bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7))
    set++
  }
  return { bits, set }
}

function validity(rows: Column) {
  const { bits, set } = bitmap(rows, (row) => row !== null)
  return { length: rows.length, nullCount: rows.length - set, nullBitmap: set < rows.length ? bits : null }
}

function vectors(type: FixedSizeList<Float32>, rows: readonly (Float32Array | null)[]): Data<FixedSizeList<Float32>> {
  const size = type.listSize
  const values = new Float32Array(rows.length * size)
  for (const [index, row] of rows.entries()) {
    if (row === null) continue
    invariant(row.length === size, 'a vector has the length of its column')
    values.set(row, index * size)
  }
  const child = makeData({ type: new Float32(), length: values.length, data: values })
  return makeData({ type, ...validity(rows), child })
}

function columnData(field: Field, rows: Column): Data {
  if (field.type instanceof FixedSizeList) return vectors(field.type as FixedSizeList<Float32>, rows as readonly (Float32Array | null)[])
  // Arrow's own builder makes an empty buffer of a column that is false throughout, which LanceDB refuses.
  if (field.type instanceof Bool) return makeData({ type: field.type, ...validity(rows), data: bitmap(rows, (row) => row === true).bits })
  const data = vectorFromArray(rows, field.type).data[0] as Data | undefined
  invariant(data !== undefined, 'a column is one piece')
  return data
}

/** One record batch under an explicit schema: LanceDB then checks types and lengths instead of guessing, padding and cutting. */
export function arrowTable(schema: Schema, length: number, columns: Readonly<Record<string, Column>>): Table {
  const children = schema.fields.map((field) => {
    const rows = columns[field.name]
    invariant(rows?.length === length, `column ${field.name} has a value for every row`)
    return columnData(field, rows)
  })
  const struct = makeData({ type: new Struct(schema.fields), length, children })
  return new Table(schema, [new RecordBatch(schema, struct)])
}
