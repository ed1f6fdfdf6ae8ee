import type { Schema, Table } from 'apache-arrow'
import type { ChunkId, DocumentId } from '../src/core/ids.ts'
import type { Hit, RowHandle } from '../src/core/ports/index-reader.ts'
import { prefixOf } from '../src/core/text/passage-prefix.ts'
import type { Chunk, EmbeddedChunk, IndexDeclaration, Span } from '../src/core/types.ts'
import { arrowTable } from './arrow-table.ts'
import { isSilent } from './boilerplate.ts'
import { fieldsOf } from './field-columns.ts'

/** What a leg fetches of a chunk: who it is, as JSON, since an id may hold any character. */
export function hitCell({ id, doc, textHash, near }: Chunk): string {
  return JSON.stringify(near === undefined ? [id, doc, textHash] : [id, doc, textHash, near.group])
}

export function whoOf(cell: string): Omit<Hit, 'row' | 'score'> {
  const [chunk, doc, textHash, group = textHash] = JSON.parse(cell) as [ChunkId, DocumentId, string, string?]
  return { chunk, doc, textHash, group }
}

export function hitOf(row: RowHandle, cell: string, score: number): Hit {
  return { row, ...whoOf(cell), score }
}

/** A chunk without its text, which is what `searchable` holds from `bodyStart` (UTF-16 units). */
interface ChunkRecord extends Omit<Chunk, 'text' | 'sentences'> {
  readonly bodyStart: number
  /** Sentences cover a text without gaps, so their ends say all. */
  readonly sentenceEnds: readonly number[]
}

function recordCell(chunk: Chunk, bodyStart: number): string {
  const sentenceEnds = chunk.sentences.map(({ end }) => end)
  // JSON leaves out what is undefined.
  return JSON.stringify({ ...chunk, text: undefined, sentences: undefined, bodyStart, sentenceEnds })
}

function sentencesOf(ends: readonly number[]): Span[] {
  return ends.map((end, index) => ({ start: ends[index - 1] ?? 0, end }))
}

export function chunkOf(record: string, searchable: string): Chunk {
  const { bodyStart, sentenceEnds, ...chunk } = JSON.parse(record) as ChunkRecord
  return { ...chunk, text: searchable.slice(bodyStart), sentences: sentencesOf(sentenceEnds) }
}

/** What the index adds to a chunk: its signature, null where near-duplicates are not compared, and its cell as boilerplate, null of content. */
export interface Placed extends EmbeddedChunk {
  readonly signature: Uint8Array | null
  readonly boilerplate: string | null
}

export function chunkTable(chunks: readonly Placed[], schema: Schema, declaration: IndexDeclaration, keywordCharacters: number): Table {
  const all = chunks.map(({ chunk }) => chunk)
  const prefixes = all.map(prefixOf)
  return arrowTable(schema, all.length, {
    id: all.map((chunk) => chunk.id),
    doc: all.map((chunk) => chunk.doc),
    text_hash: all.map((chunk) => chunk.textHash),
    span_start: all.map((chunk) => chunk.span.start),
    span_end: all.map((chunk) => chunk.span.end),
    hit: all.map(hitCell),
    record: all.map((chunk, index) => recordCell(chunk, prefixes[index]?.length ?? 0)),
    searchable: chunks.map(({ chunk, boilerplate }, index) => (isSilent(boilerplate) ? '' : `${prefixes[index] ?? ''}${chunk.text}`)),
    near_founder: all.map((chunk) => chunk.near?.founder ?? null),
    near_group: all.map((chunk) => chunk.near?.group ?? null),
    near_signature: chunks.map(({ signature }) => signature),
    boilerplate: chunks.map(({ boilerplate }) => boilerplate),
    ...fieldsOf(
      all.map((chunk) => chunk.metadata),
      declaration,
      keywordCharacters,
    ),
    vector: chunks.map(({ vector, boilerplate }) => (isSilent(boilerplate) ? null : vector)),
  })
}
