import type { Revision } from '../src/core/ids.ts'
import type { Written } from '../src/core/ports/index-writer.ts'
import type { IngestedDocument, IngestEvents, IngestReport, IngestStatus } from '../src/core/ports/ingester.ts'
import type { PreparedBatch } from './prepare.ts'

/** Adds up what becomes of the documents of one load. */
export interface Report {
  revision: Revision
  /** Chunks written so far. */
  readonly written: number
  document(result: IngestedDocument): void
  embedded(batch: PreparedBatch['embedded']): void
  wrote(written: Written): void
  /** Bytes that one document takes. */
  stored(bytes: number): void
  finish(ms: number): IngestReport
}

export function createReport(revision: Revision, events: IngestEvents): Report {
  const documents: Record<IngestStatus, number> = { new: 0, changed: 0, unchanged: 0, failed: 0 }
  const redundant = { exact: 0, near: 0, boilerplate: 0 }
  let [chunks, made, duplicateChunks, cachedChunks, embedTokens, cutChunks, storedBytes] = [0, 0, 0, 0, 0, 0, 0]
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
      cachedChunks += batch.cached
      embedTokens += batch.tokens
      cutChunks += batch.cut
    },
    wrote({ revision: latest, redundant: more }) {
      this.revision = latest
      redundant.exact += more.exact
      redundant.near += more.near
      redundant.boilerplate += more.boilerplate
    },
    stored(bytes) {
      storedBytes += bytes
    },
    finish(ms) {
      const embeddedChunks = made - duplicateChunks - cachedChunks
      return {
        documents,
        chunks,
        redundant,
        duplicateChunks,
        cachedChunks,
        embeddedChunks,
        embedTokens,
        cutChunks,
        storedBytes,
        revision: this.revision,
        ms,
      }
    },
  }
}
