import type { AppError } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { Chunk, IndexedDocument } from '../src/core/types.ts'
import { chunkDocuments, type Chunker } from './chunk/chunk-documents.ts'
import type { Embedded, VectorSource } from './embed.ts'
import type { ParsedSource } from './parse/parse.ts'

export interface Indexing {
  readonly chunker: Chunker
  readonly vectors: VectorSource
}

export interface IndexedDocuments {
  readonly documents: readonly IndexedDocument[]
  /** Documents that cannot be chunked. */
  readonly failed: readonly { readonly id: DocumentId; readonly error: AppError }[]
  readonly embedded: Omit<Embedded, 'vectors'> & { readonly chunks: number }
}

/** What an index writes, from what was parsed: of a source that was just read, or of a document that another version stored. */
export async function indexedDocuments(
  sources: readonly ParsedSource[],
  { chunker, vectors: source }: Indexing,
  limits: Limits,
): Promise<IndexedDocuments> {
  const failed: { readonly id: DocumentId; readonly error: AppError }[] = []
  const good: { readonly indexed: Omit<IndexedDocument, 'chunks'>; readonly chunks: readonly Chunk[] }[] = []
  for (const [at, result] of (await chunkDocuments(sources, chunker, limits)).entries()) {
    const { blocks = [], pageStarts = [] } = sources[at] ?? {}
    if ('error' in result) failed.push({ id: result.document.id, error: result.error })
    else good.push({ indexed: { document: result.document, structure: { blocks, pageStarts } }, chunks: result.chunks })
  }
  const chunks = good.flatMap((each) => each.chunks)
  const { vectors, ...embedded } = await source.vectors(chunks, limits)
  let next = 0
  const documents = good.map(({ indexed, chunks: own }) => ({
    ...indexed,
    chunks: own.map((chunk) => ({ chunk, vector: vectors[next++] as Float32Array })),
  }))
  return { documents, failed, embedded: { ...embedded, chunks: chunks.length } }
}
