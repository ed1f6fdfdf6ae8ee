import { AppError, invariant } from '../src/core/errors.ts'
import type { EmbeddedChunk, IndexDeclaration, IndexedDocument, ParsedDocument } from '../src/core/types.ts'
import { fieldsOf } from './field-columns.ts'
import type { IndexSettings } from './settings.ts'
import { isUnitLength, lengthOf } from './unit-length.ts'

/**
 * Everything that LanceDB would store without a word: what a document may bring about rejects `invalid_document` or
 * `document_too_large`, what only a bug in ingest can bring about is an invariant.
 */
export function checkBatch(
  batch: readonly IndexedDocument[],
  declaration: IndexDeclaration,
  dimensions: number,
  settings: IndexSettings,
): void {
  invariant(batch.length <= settings.batchDocuments, 'a batch holds at most batch_documents')
  invariant(new Set(batch.map(({ document }) => document.id)).size === batch.length, 'a batch holds a document id once')
  const chunks = batch.flatMap((each) => each.chunks)
  invariant(chunks.length <= settings.batchChunks, 'a batch holds at most batch_chunks')
  invariant(new Set(chunks.map(({ chunk }) => chunk.id)).size === chunks.length, 'chunk ids are unique')
  const characters = batch.reduce((sum, { document }) => sum + document.text.length, 0)
  invariant(characters <= settings.batchCharacters || batch.length === 1, 'a batch holds at most batch_characters')
  // What a document may bring about comes first: who writes the rest without it asks again for every bad one, so that must be cheap.
  for (const { document } of batch) checkDocument(document, declaration, settings)
  for (const each of batch) {
    for (const [ordinal, chunk] of each.chunks.entries()) checkChunk(chunk, ordinal, each.document, declaration, dimensions)
  }
}

function checkDocument(document: ParsedDocument, declaration: IndexDeclaration, settings: IndexSettings): void {
  const refuse = (message: string, details: Record<string, unknown> = {}): never => {
    throw new AppError('invalid_document', message, { document: document.id, ...details })
  }
  if (document.id.length < 1 || document.id.length > 512 || !document.id.isWellFormed()) refuse('The document id is not valid')
  if (document.text.length > settings.documentCharacters) {
    throw new AppError('document_too_large', 'The parsed text is over the limit', {
      document: document.id,
      limit: settings.documentCharacters,
    })
  }
  for (const text of [document.text, document.title, document.uri ?? '', document.mediaType]) {
    if (!text.isWellFormed()) refuse('The document holds half of a surrogate pair, which is no character')
  }
  const bytes = Buffer.byteLength(JSON.stringify(document.metadata))
  if (bytes > settings.metadataBytes) refuse('The metadata is over the limit', { limit: settings.metadataBytes })
  try {
    fieldsOf([document.metadata], declaration, settings.keywordCharacters)
  } catch (error) {
    if (error instanceof AppError) refuse(error.message, error.details)
    throw error
  }
}

function checkChunk(
  { chunk, vector }: EmbeddedChunk,
  ordinal: number,
  document: ParsedDocument,
  declaration: IndexDeclaration,
  dimensions: number,
): void {
  invariant(chunk.doc === document.id && chunk.ordinal === ordinal, 'chunks stand in the order of their document')
  invariant(chunk.text === document.text.slice(chunk.span.start, chunk.span.end), 'a span points at the text of its chunk')
  invariant(chunk.text.isWellFormed(), 'a span does not cut a surrogate pair')
  invariant(
    chunk.headingPath.every((heading) => heading.isWellFormed()),
    'headings are whole characters',
  )
  let end = 0
  for (const sentence of chunk.sentences) {
    invariant(sentence.start === end && sentence.end > end, 'sentences cover their chunk without gaps')
    end = sentence.end
  }
  invariant(end === chunk.text.length, 'sentences cover their chunk to its end')
  for (const encoding of declaration.encodings) {
    invariant(chunk.sentenceTokens[encoding]?.length === chunk.sentences.length, 'every sentence has its token count')
  }
  checkVector(vector, dimensions)
}

/** Vectors are compared by cosine; LanceDB skips a zero vector silently, pads a short one and cuts a long one. */
function checkVector(vector: Float32Array, dimensions: number): void {
  invariant(vector.length === dimensions, 'a vector has as many numbers as the index has dimensions')
  invariant(isUnitLength(lengthOf(vector)), 'a vector is finite and of unit length')
}
