import type { Revision } from '../src/core/ids.ts'
import type { IngestedDocument, IngestEvents, IngestReport, IngestStatus } from '../src/core/ports/ingester.ts'
import type { PreparedBatch } from './prepare.ts'

/** Adds up what becomes of the documents of one load. */
export interface Report {
  revision: Revision
  /** Chunks written so far. */
  readonly written: number
  document(result: IngestedDocument): void
  embedded(batch: PreparedBatch['embedded']): void
  wrote(revision: Revision): void
  finish(ms: number): IngestReport
}

export function createReport(revision: Revision, events: IngestEvents): Report {
  const documents: Record<IngestStatus, number> = { new: 0, changed: 0, unchanged: 0, failed: 0 }
  let [chunks, made, duplicateChunks, embedTokens, cutChunks] = [0, 0, 0, 0, 0]
  return {
    revision,
    get written() {
      return chunks
    },
    document(result) {
      documents[result.status]++
      chunks += result.chunks
      events.document(result)
    },
    embedded(batch) {
      made += batch.chunks
      duplicateChunks += batch.reused
      embedTokens += batch.tokens
      cutChunks += batch.cut
    },
    wrote(latest) {
      this.revision = latest
    },
    finish(ms) {
      const embeddedChunks = made - duplicateChunks
      return { documents, chunks, duplicateChunks, embeddedChunks, embedTokens, cutChunks, revision: this.revision, ms }
    },
  }
}
