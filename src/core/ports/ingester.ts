import type { DocumentId, IndexName, Revision, TenantId } from '../ids.ts'
import type { RawDocument } from '../types.ts'
import type { ErrorCode } from '../errors.ts'
import type { Limits } from './limits.ts'

export type IngestStatus = 'new' | 'changed' | 'unchanged' | 'failed'

/** What became of one document. */
export interface IngestedDocument {
  readonly id: DocumentId
  readonly status: IngestStatus
  readonly chunks: number
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
}

export interface IngestReport {
  readonly documents: Readonly<Record<IngestStatus, number>>
  readonly chunks: number
  /** Chunks whose embedded text (title, headings and text) stood in this ingest already: embedded once, cited everywhere. With `embeddedChunks` all that were made. */
  readonly duplicateChunks: number
  readonly embeddedChunks: number
  readonly embedTokens: number
  /** Chunks that were longer than the encoder reads. */
  readonly cutChunks: number
  readonly revision: Revision
  readonly ms: number
}

/** Progress is per document, in the order in which documents became durable; `ingest` resolves when all are. */
export interface IngestEvents {
  document(result: IngestedDocument): void
}

/**
 * Documents in, durable and searchable chunks out.
 *
 * - Streams: holds at most a bounded number of documents, whatever the source's length; the source is pulled, never pushed.
 * - A bad document is reported as `failed` with its code and the rest goes on. `documents.failed > 0` says that some did.
 * - Of several documents with one id in one ingest the last wins.
 * - A document reported as `new` or `changed` is on disk and searchable. Cancelled in the middle, what was reported stands and the index is whole.
 */
export interface Ingester {
  ingest(
    tenant: TenantId,
    index: IndexName,
    source: AsyncIterable<RawDocument>,
    events: IngestEvents,
    limits: Limits,
  ): Promise<IngestReport>
}
