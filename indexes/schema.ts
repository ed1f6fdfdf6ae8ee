import { Field, FixedSizeBinary, FixedSizeList, Float32, Float64, Int32, Int64, Int8, Schema, Utf8 } from 'apache-arrow'
import type { DataType } from 'apache-arrow'
import { SIGNATURE_BYTES } from '../src/core/near/min-hash.ts'
import type { FieldType, IndexDeclaration } from '../src/core/types.ts'
import { fieldColumn } from './fields.ts'

/**
 * The two tables of a build. Columns are non-nullable unless something can really be absent: LanceDB then refuses a null where
 * JavaScript would have let one through.
 *
 * `chunks`: every occurrence of a text is a row; duplicates meet at query time by `text_hash` and by their group of near-duplicates. A text that founded its group is
 * found by its hash, so `near_founder` and `near_group` are there for those that joined one only; no question reads the signature. Rows of
 * boilerplate say in `boilerplate` whether they are searched; those that are not have no words and no vector. `searchable` is the passage
 * prefix and the text in one column, so that the text is stored once. Each column of a row costs about 1 ms of CPU for 100 rows, however
 * little it holds, so questions read one of them each: a leg `hit`, a load `record` beside the text. What is filtered, sorted or
 * deleted by has a column of its own, which `verify` compares with them.
 * `documents`: the parsed text whole with its structure, so that another version can be made of an index without its source; `centroid` is null where a document has no direction.
 */
const column = (name: string, type: DataType, nullable = false): Field => new Field(name, type, nullable)

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

function fieldColumns(declaration: IndexDeclaration): Field[] {
  return Object.entries(declaration.fields).map(([name, type]) => column(fieldColumn(name), FIELD_COLUMNS[type](), true))
}

export function chunkSchema(declaration: IndexDeclaration, dimensions: number): Schema {
  return new Schema([
    column('id', new Utf8()),
    column('doc', new Utf8()),
    column('text_hash', new Utf8()),
    column('span_start', new Int32()),
    column('span_end', new Int32()),
    column(HIT, new Utf8()),
    column(RECORD, new Utf8()),
    column('searchable', new Utf8()),
    column(NEAR_FOUNDER, new Utf8(), true),
    column(NEAR_GROUP, new Utf8(), true),
    column(NEAR_SIGNATURE, new FixedSizeBinary(SIGNATURE_BYTES), true),
    column(BOILERPLATE, new Utf8(), true),
    ...fieldColumns(declaration),
    column('vector', vectorType(dimensions), true),
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
    column('structure', new Utf8()),
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
  const own = table === 'chunks' ? ['id', 'doc', 'text_hash', NEAR_GROUP, BOILERPLATE] : ['id']
  const declared = Object.entries(declaration.fields).map(
    ([name, type]) => [fieldColumn(name), type === 'boolean' ? 'bitmap' : 'btree'] as const,
  )
  return new Map([...own.map((name) => [name, 'btree'] as const), ...declared])
}

/** What a leg fetches, and what a load fetches beside the text. */
export const HIT = 'hit'
export const RECORD = 'record'

export const NEAR_FOUNDER = 'near_founder'
export const NEAR_GROUP = 'near_group'
export const NEAR_SIGNATURE = 'near_signature'
export const BOILERPLATE = 'boilerplate'

export const VECTOR_COLUMN = { chunks: 'vector', documents: 'centroid' } as const
