import type { DocumentId, IndexName, Revision, TenantId } from '../ids.ts'
import type { IndexDeclaration, RawDocument } from '../types.ts'
import type { ErrorCode } from '../errors.ts'
import type { RedundantChunks } from './index-writer.ts'
import type { Limits } from './limits.ts'

export type IngestStatus = 'new' | 'changed' | 'unchanged' | 'failed'

/** What a document that was only asked about would be. */
export type KnownStatus = Exclude<IngestStatus, 'failed'>

/** What became of one document. */
export interface IngestedDocument {
  readonly id: DocumentId
  readonly status: IngestStatus
  readonly chunks: number
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
  /** What a reader should know about the way the text came about: characters removed, pages without text, … */
  readonly warnings: readonly string[]
}

export interface IngestReport {
  readonly documents: Readonly<Record<IngestStatus, number>>
  readonly chunks: number
  /** Of the chunks, by their text alone and against all that the index holds; a rehearsal compares nothing. */
  readonly redundant: RedundantChunks
  /** Chunks whose embedded text (title, headings and text) stood in this ingest already: embedded once, cited everywhere. With `cachedChunks` and `embeddedChunks` all that were made. */
  readonly duplicateChunks: number
  /** Chunks whose vector the cache of the index had. */
  readonly cachedChunks: number
  readonly embeddedChunks: number
  readonly embedTokens: number
  /** Chunks that were longer than the encoder reads. */
  readonly cutChunks: number
  /** Of what was written: its text as UTF-8, once for the document and once for its chunks, and its vectors. On disk indexes come on top. */
  readonly storedBytes: number
  readonly revision: Revision
  readonly ms: number
}

/** Progress is per document, in the order in which documents became durable; `ingest` resolves when all are. */
export interface IngestEvents {
  document(result: IngestedDocument): void
  /** `ingest` is about to reject: this much was embedded and stored by then, and has to be paid for. Not told where it is nothing. */
  interrupted?(report: IngestReport): void
}

/** A document of which only its hash is at hand: see ingest/source-hash.ts. */
export interface SourceEntry {
  readonly id: DocumentId
  readonly sourceHash: string
}

/**
 * Documents in, durable and searchable chunks out.
 *
 * - Streams: holds at most a bounded number of documents, whatever the source's length; the source is pulled, never pushed.
 * - A bad document is reported as `failed` with its code and the rest goes on. `documents.failed > 0` says that some did.
 * - Of several documents with one id in one ingest the last wins.
 * - A document reported as `new` or `changed` is on disk and searchable. Cancelled in the middle, what was reported stands and the index is whole.
 * - `known` says of each entry, in order, what its document would be: an `unchanged` one need not be sent. An archive, of which no document has
 *   the id, is always `new`.
 * - `load` is `ingest`, and at its end all rows are in the indexes, for the questions that follow. `ingest` leaves them to the next pause in which nothing is
 *   written: where jobs follow each other, each would merge all indexes for the next one.
 * - `rehearse` is `ingest` without consequences: nothing is embedded or written, and its report says what would be. Given a declaration instead of
 *   a name it is a load into an index that does not exist yet.
 */
export interface Ingester {
  ingest(
    tenant: TenantId,
    index: IndexName,
    source: AsyncIterable<RawDocument>,
    events: IngestEvents,
    limits: Limits,
  ): Promise<IngestReport>
  load(tenant: TenantId, index: IndexName, source: AsyncIterable<RawDocument>, events: IngestEvents, limits: Limits): Promise<IngestReport>
  rehearse(
    tenant: TenantId,
    index: IndexName | IndexDeclaration,
    source: AsyncIterable<RawDocument>,
    events: IngestEvents,
    limits: Limits,
  ): Promise<IngestReport>
  known(tenant: TenantId, index: IndexName, entries: readonly SourceEntry[], limits: Limits): Promise<readonly KnownStatus[]>
}
