import { FixedSizeBinary, FixedSizeList, Float32, RecordBatch, Struct, Table, makeData, vectorFromArray } from 'apache-arrow'
import type { Data, Field, Schema } from 'apache-arrow'
import { invariant } from '../src/core/errors.ts'

/** Values of one column, in row order; null where the column allows it. */
export type Column = readonly unknown[]

/** Rows of one length behind each other in `values`, which is zero; null rows stay zero and have no bit. */
function packed<Numbers extends Float32Array | Uint8Array>(values: Numbers, rows: readonly (Numbers | null)[]) {
  const size = values.length / rows.length
  const present = new Uint8Array(Math.ceil(rows.length / 8))
  let nullCount = 0
  for (const [index, row] of rows.entries()) {
    if (row === null) {
      nullCount++
      continue
    }
    invariant(row.length === size, 'a value has the length of its column')
    values.set(row, index * size)
    present[index >> 3] = (present[index >> 3] ?? 0) | (1 << (index & 7))
  }
  return { length: rows.length, nullCount, nullBitmap: nullCount > 0 ? present : null, values }
}

function vectors(type: FixedSizeList<Float32>, rows: readonly (Float32Array | null)[]): Data<FixedSizeList<Float32>> {
  const { values, ...shape } = packed(new Float32Array(rows.length * type.listSize), rows)
  return makeData({ type, ...shape, child: makeData({ type: new Float32(), length: values.length, data: values }) })
}

function bytes(type: FixedSizeBinary, rows: readonly (Uint8Array | null)[]): Data<FixedSizeBinary> {
  const { values, ...shape } = packed(new Uint8Array(rows.length * type.byteWidth), rows)
  return makeData({ type, ...shape, data: values })
}

function columnData(field: Field, rows: Column): Data {
  if (field.type instanceof FixedSizeList) return vectors(field.type as FixedSizeList<Float32>, rows as readonly (Float32Array | null)[])
  if (field.type instanceof FixedSizeBinary) return bytes(field.type, rows as readonly (Uint8Array | null)[])
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
