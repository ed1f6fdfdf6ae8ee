import type { Schema, Table } from 'apache-arrow'
import { invariant } from '../src/core/errors.ts'
import type { ChunkId, DocumentId } from '../src/core/ids.ts'
import { passagePrefix } from '../src/core/text/passage-prefix.ts'
import type { Chunk, EmbeddedChunk, Encoding, IndexDeclaration, Metadata, Span } from '../src/core/types.ts'
import { arrowTable } from './arrow-table.ts'
import { fieldsOf } from './field-columns.ts'
import { tokensColumn } from './schema.ts'

/** A row of `chunks` as LanceDB gives it back; lists are Arrow vectors. Token lists stand under `tokens_<encoding>`. */
export interface ChunkRow {
  readonly id: string
  readonly doc: string
  readonly ordinal: number
  readonly span_start: number
  readonly span_end: number
  readonly searchable: string
  readonly body_start: number
  readonly text_hash: string
  readonly title: string
  readonly uri: string | null
  readonly heading_path: Iterable<string>
  readonly sentence_ends: Iterable<number>
  readonly metadata: string
}

/** Columns of a chunk, all but its vector and the fields' own columns. */
export function chunkColumns(declaration: IndexDeclaration): string[] {
  const plain = 'id doc ordinal span_start span_end searchable body_start text_hash title uri heading_path sentence_ends metadata'.split(
    ' ',
  )
  return [...plain, ...declaration.encodings.map(tokensColumn)]
}

export function chunkTable(
  chunks: readonly EmbeddedChunk[],
  schema: Schema,
  declaration: IndexDeclaration,
  keywordCharacters: number,
): Table {
  const all = chunks.map(({ chunk }) => chunk)
  const prefixes = all.map((chunk) => passagePrefix(chunk.title, chunk.headingPath))
  const tokens = (encoding: Encoding) => all.map((chunk) => chunk.sentenceTokens[encoding])
  return arrowTable(schema, all.length, {
    id: all.map((chunk) => chunk.id),
    doc: all.map((chunk) => chunk.doc),
    ordinal: all.map((chunk) => chunk.ordinal),
    span_start: all.map((chunk) => chunk.span.start),
    span_end: all.map((chunk) => chunk.span.end),
    searchable: all.map((chunk, index) => `${prefixes[index] ?? ''}${chunk.text}`),
    body_start: prefixes.map((prefix) => prefix.length),
    text_hash: all.map((chunk) => chunk.textHash),
    title: all.map((chunk) => chunk.title),
    uri: all.map((chunk) => chunk.uri),
    heading_path: all.map((chunk) => chunk.headingPath),
    sentence_ends: all.map((chunk) => chunk.sentences.map((sentence) => sentence.end)),
    ...Object.fromEntries(declaration.encodings.map((encoding) => [tokensColumn(encoding), tokens(encoding)])),
    metadata: all.map((chunk) => JSON.stringify(chunk.metadata)),
    ...fieldsOf(
      all.map((chunk) => chunk.metadata),
      declaration,
      keywordCharacters,
    ),
    vector: chunks.map(({ vector }) => vector),
  })
}

/** Sentences cover a text without gaps, so their ends say all. */
function sentences(ends: Iterable<number>): Span[] {
  let start = 0
  return [...ends].map((end) => {
    const span = { start, end }
    start = end
    return span
  })
}

export function chunkOf(row: ChunkRow, declaration: IndexDeclaration): Chunk {
  const lists = row as unknown as Readonly<Record<string, Iterable<number> | undefined>>
  const tokens = declaration.encodings.map((encoding): [Encoding, number[]] => {
    const counts = lists[tokensColumn(encoding)]
    invariant(counts !== undefined, 'a chunk has token counts of every encoding of its index')
    return [encoding, [...counts]]
  })
  return {
    id: row.id as ChunkId,
    doc: row.doc as DocumentId,
    ordinal: row.ordinal,
    title: row.title,
    uri: row.uri,
    headingPath: [...row.heading_path],
    span: { start: row.span_start, end: row.span_end },
    text: row.searchable.slice(row.body_start),
    textHash: row.text_hash,
    sentences: sentences(row.sentence_ends),
    sentenceTokens: Object.fromEntries(tokens),
    metadata: JSON.parse(row.metadata) as Metadata,
  }
}
