import { Field, FixedSizeList, Float32, Float64, Int32, Int64, Int8, List, Schema, Utf8 } from 'apache-arrow'
import type { DataType } from 'apache-arrow'
import type { Encoding, FieldType, IndexDeclaration } from '../src/core/types.ts'
import { fieldColumn } from './fields.ts'

/**
 * The two tables of a build. Columns are non-nullable unless something can really be absent: LanceDB then refuses a null where
 * JavaScript would have let one through.
 *
 * `chunks`: every occurrence of a text is a row; duplicates meet at query time by `text_hash`. `searchable` is the passage
 * prefix and the text in one column, `body_start` (UTF-16 units) says where the text begins, so it is stored once.
 * `documents`: the parsed text whole, so that an index can be rebuilt from itself; `centroid` is null where a document has no direction.
 */
const column = (name: string, type: DataType, nullable = false): Field => new Field(name, type, nullable)
const list = (type: DataType): List => new List(new Field('item', type, false))

function vectorType(dimensions: number): FixedSizeList<Float32> {
  return new FixedSizeList(dimensions, new Field('item', new Float32(), false))
}

const FIELD_COLUMNS: Readonly<Record<FieldType, () => DataType>> = {
  keyword: () => new Utf8(),
  number: () => new Float64(),
  date: () => new Int64(),
  // Not Bool: Arrow writes a batch of nothing but null booleans without a buffer, which LanceDB refuses.
  boolean: () => new Int8(),
}

export function tokensColumn(encoding: Encoding): string {
  return `tokens_${encoding}`
}

function fieldColumns(declaration: IndexDeclaration): Field[] {
  return Object.entries(declaration.fields).map(([name, type]) => column(fieldColumn(name), FIELD_COLUMNS[type](), true))
}

export function chunkSchema(declaration: IndexDeclaration, dimensions: number): Schema {
  return new Schema([
    column('id', new Utf8()),
    column('doc', new Utf8()),
    column('ordinal', new Int32()),
    column('span_start', new Int32()),
    column('span_end', new Int32()),
    column('searchable', new Utf8()),
    column('body_start', new Int32()),
    column('text_hash', new Utf8()),
    column('title', new Utf8()),
    column('uri', new Utf8(), true),
    column('heading_path', list(new Utf8())),
    column('sentence_ends', list(new Int32())),
    ...declaration.encodings.map((encoding) => column(tokensColumn(encoding), list(new Int32()))),
    column('metadata', new Utf8()),
    ...fieldColumns(declaration),
    column('vector', vectorType(dimensions)),
  ])
}

export function documentSchema(declaration: IndexDeclaration, dimensions: number): Schema {
  return new Schema([
    column('id', new Utf8()),
    column('title', new Utf8()),
    column('uri', new Utf8(), true),
    column('media_type', new Utf8()),
    column('text', new Utf8()),
    column('characters', new Int32()),
    column('metadata', new Utf8()),
    column('content_hash', new Utf8()),
    column('chunk_count', new Int32()),
    column('searchable', new Utf8()),
    ...fieldColumns(declaration),
    column('centroid', vectorType(dimensions), true),
  ])
}

/** Scalar indexes by column: every column that is fetched or filtered by. A bitmap suits the two values of a boolean only. */
export function scalarIndexes(table: 'chunks' | 'documents', declaration: IndexDeclaration): ReadonlyMap<string, 'btree' | 'bitmap'> {
  const own = table === 'chunks' ? ['id', 'doc', 'text_hash'] : ['id']
  const declared = Object.entries(declaration.fields).map(
    ([name, type]) => [fieldColumn(name), type === 'boolean' ? 'bitmap' : 'btree'] as const,
  )
  return new Map([...own.map((name) => [name, 'btree'] as const), ...declared])
}

export const VECTOR_COLUMN = { chunks: 'vector', documents: 'centroid' } as const
