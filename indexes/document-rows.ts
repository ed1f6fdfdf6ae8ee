import type { Schema, Table } from 'apache-arrow'
import type { DocumentId } from '../src/core/ids.ts'
import type { StoredSource } from '../src/core/ports/index-reader.ts'
import type { DocumentSummary, IndexDeclaration, IndexedDocument, Metadata, ParsedDocument } from '../src/core/types.ts'
import { arrowTable } from './arrow-table.ts'
import { fieldsOf } from './field-columns.ts'
import { structureCell, structureOf } from './structure-cell.ts'

export const SUMMARY_COLUMNS = ['id', 'title', 'uri', 'media_type', 'metadata', 'content_hash', 'characters', 'chunk_count']
export const DOCUMENT_COLUMNS = ['id', 'title', 'uri', 'media_type', 'metadata', 'content_hash', 'text']

export const SOURCE_COLUMNS = [...DOCUMENT_COLUMNS, 'structure']

export interface SummaryRow {
  readonly id: string
  readonly title: string
  readonly uri: string | null
  readonly media_type: string
  readonly metadata: string
  readonly content_hash: string
  readonly characters: number
  readonly chunk_count: number
}

export interface DocumentRow extends Omit<SummaryRow, 'characters' | 'chunk_count'> {
  readonly text: string
}

export interface SourceRow extends DocumentRow {
  readonly structure: string
}

/** Mean direction of the chunks, of unit length; null where there are none or they cancel out. */
export function centroid(vectors: readonly Float32Array[]): Float32Array | null {
  const dimensions = vectors[0]?.length ?? 0
  const sum = new Float64Array(dimensions)
  for (const vector of vectors) for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0)
  const norm = Math.sqrt(sum.reduce((total, value) => total + value * value, 0))
  return norm < 1e-6 ? null : Float32Array.from(sum, (value) => value / norm)
}

/** What a document is found by when documents are ranked: its title and every heading once. */
function searchable({ document, chunks }: IndexedDocument): string {
  const headings = new Set(chunks.flatMap(({ chunk }) => chunk.headingPath))
  return [document.title, ...headings].join('\n')
}

export function documentTable(
  batch: readonly IndexedDocument[],
  schema: Schema,
  declaration: IndexDeclaration,
  keywordCharacters: number,
): Table {
  const documents = batch.map(({ document }) => document)
  return arrowTable(schema, batch.length, {
    id: documents.map((document) => document.id),
    title: documents.map((document) => document.title),
    uri: documents.map((document) => document.uri),
    media_type: documents.map((document) => document.mediaType),
    text: documents.map((document) => document.text),
    characters: documents.map((document) => document.text.length),
    structure: batch.map(({ structure }) => structureCell(structure)),
    metadata: documents.map((document) => JSON.stringify(document.metadata)),
    content_hash: documents.map((document) => document.contentHash),
    chunk_count: batch.map(({ chunks }) => chunks.length),
    searchable: batch.map(searchable),
    ...fieldsOf(
      documents.map((document) => document.metadata),
      declaration,
      keywordCharacters,
    ),
    centroid: batch.map(({ chunks }) => centroid(chunks.filter(({ chunk }) => chunk.boilerplate !== true).map(({ vector }) => vector))),
  })
}

export function documentOf(row: DocumentRow): ParsedDocument {
  return {
    id: row.id as DocumentId,
    title: row.title,
    uri: row.uri,
    mediaType: row.media_type,
    text: row.text,
    metadata: JSON.parse(row.metadata) as Metadata,
    contentHash: row.content_hash,
  }
}

export function sourceOf(row: SourceRow): StoredSource {
  return { document: documentOf(row), structure: structureOf(row.structure) }
}

export function summaryOf(row: SummaryRow): DocumentSummary {
  return {
    id: row.id as DocumentId,
    title: row.title,
    uri: row.uri,
    mediaType: row.media_type,
    metadata: JSON.parse(row.metadata) as Metadata,
    contentHash: row.content_hash,
    characters: row.characters,
    chunks: row.chunk_count,
  }
}
