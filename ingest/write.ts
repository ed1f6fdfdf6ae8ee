import { AppError } from '../src/core/errors.ts'
import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { IngestedDocument } from '../src/core/ports/ingester.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { IndexedDocument } from '../src/core/types.ts'
import { failedDocument, type PreparedBatch } from './prepare.ts'
import type { Report } from './report.ts'

/**
 * Writes a batch in one commit and then reports its documents: of a batch that could not be written, which may be prepared again, none was. A document
 * that the index cannot hold (a metadata field of the wrong type) is named by the writer before anything is written; it fails alone and the rest is
 * written without it.
 */
export async function writeBatch(
  batch: PreparedBatch,
  writer: IndexWriter,
  fingerprint: string,
  report: Report,
  limits: Limits,
): Promise<void> {
  report.embedded(batch.embedded)
  const refused: IngestedDocument[] = []
  let waiting = batch.documents
  while (waiting.length > 0) {
    try {
      const written = await writer.replaceDocuments(
        waiting.map((each) => each.indexed),
        fingerprint,
        limits,
      )
      report.wrote(written)
      break
    } catch (error) {
      const bad = waiting.find(({ indexed }) => error instanceof AppError && error.details['document'] === indexed.document.id)
      if (bad === undefined) throw error
      refused.push(failedDocument(bad.indexed.document.id, error))
      waiting = waiting.filter((each) => each !== bad)
    }
  }
  for (const each of [...batch.settled, ...refused]) report.document(each)
  for (const { indexed, status, warnings } of waiting) {
    report.stored(bytesOf(indexed))
    report.document({ id: indexed.document.id, status, chunks: indexed.chunks.length, error: null, warnings })
  }
}

/** The text of the document and of its chunks, and their vectors. */
function bytesOf({ document, chunks }: IndexedDocument): number {
  return chunks.reduce(
    (sum, { chunk, vector }) => sum + Buffer.byteLength(chunk.text) + vector.byteLength,
    Buffer.byteLength(document.text),
  )
}
