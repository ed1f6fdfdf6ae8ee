import type { IndexCalibration } from '../confidence/calibration.ts'
import type { DuplicatesReport } from '../near/duplicates-report.ts'
import type { DocumentId, ChunkId, IndexVersion, Revision } from '../ids.ts'
import type { Chunk, DocumentStructure, DocumentSummary, Filter, IndexCounts, IndexDeclaration, ParsedDocument, Place } from '../types.ts'
import type { Limits } from './limits.ts'

/** Opaque; valid for the reader that gave it out and until that reader is released. */
export type RowHandle = bigint

/** A candidate as a leg sees it: no text yet. */
export interface Hit {
  readonly row: RowHandle
  readonly chunk: ChunkId
  readonly doc: DocumentId
  /** Equal for exact duplicates. */
  readonly textHash: string
  /** Equal for near-duplicates that state the same; the text hash of their founder where they state what it states, so that of the chunk itself where it is like no other. */
  readonly group: string
  /** BM25 for the lexical leg, cosine similarity for the vector leg. Higher is better. */
  readonly score: number
}

export interface DocumentHit {
  readonly doc: DocumentId
  readonly score: number
}

/** A document as it was written: enough to chunk it again. */
export interface StoredSource {
  readonly document: ParsedDocument
  readonly structure: DocumentStructure
}

/** What tells whether two versions hold the same document, and what reading it costs. */
export interface DocumentEntry {
  readonly id: DocumentId
  readonly contentHash: string
  readonly characters: number
}

/**
 * A pinned revision of one index: everything read through it belongs to the same snapshot, whatever is written meanwhile.
 *
 * - `lexical` and `vector` return at most `k` hits, sorted by (score descending, chunk id ascending), complete up to the cut:
 *   ties at the cut are resolved by chunk id, so the same question gives the same hits on every call.
 * - `within` restricts to chunks of these documents (at most 500), in addition to `filter`. Both null means all.
 *   Restricted vector searches are exact while few rows match.
 * - An unknown filter field rejects `unknown_filter_field`; a value of the wrong type `invalid_filter`.
 * - A query vector of another length or with a number that is not finite is an invariant failure of the caller.
 * - `load` returns the chunks in the order asked; a row that is not there is an invariant failure.
 * - `chunks` returns those of the ids that the revision holds, in the order asked, each once; at most `indexes.load_rows` ids.
 * - `places` lists every chunk with one of these text hashes, or that joined one of these groups of near-duplicates, under the filter, sorted by (doc, span.start).
 *   The founder of a group is found by its text hash.
 * - `entries` lists every document, in no order: some hundred bytes each. `sources` gives those of the ids that the revision holds, in the
 *   order asked; at most `indexes.batch_documents` ids.
 * - `release` may be called once; calls after it reject.
 */
export interface IndexReader {
  readonly declaration: IndexDeclaration
  readonly version: IndexVersion
  readonly revision: Revision
  /** Hash over the content of the revision: equal content, equal hash. */
  readonly content: string
  readonly counts: IndexCounts
  /** Null where nobody has calibrated the index. */
  readonly calibration: IndexCalibration | null
  /** Fingerprint, space and vector length of the embedder that filled the index. */
  readonly embedder: { readonly fingerprint: string; readonly space: string; readonly dimensions: number }
  lexical(query: string, k: number, filter: Filter | null, within: readonly DocumentId[] | null, limits: Limits): Promise<readonly Hit[]>
  vector(
    query: Float32Array,
    k: number,
    filter: Filter | null,
    within: readonly DocumentId[] | null,
    limits: Limits,
  ): Promise<readonly Hit[]>
  /** Documents by title and headings (BM25). */
  lexicalDocuments(query: string, k: number, filter: Filter | null, limits: Limits): Promise<readonly DocumentHit[]>
  /** Documents by the cosine of their centroid. */
  vectorDocuments(query: Float32Array, k: number, filter: Filter | null, limits: Limits): Promise<readonly DocumentHit[]>
  load(rows: readonly RowHandle[], limits: Limits): Promise<readonly Chunk[]>
  chunks(ids: readonly ChunkId[], limits: Limits): Promise<readonly Chunk[]>
  places(keys: readonly string[], filter: Filter | null, limits: Limits): Promise<readonly Place[]>
  /** How much of the revision is redundant; reads every chunk once. */
  duplicates(limits: Limits): Promise<DuplicatesReport>
  document(id: DocumentId, limits: Limits): Promise<ParsedDocument | null>
  /** Documents by ascending id, from after `after`; the reader may give fewer than `limit`, but none only where nothing is left. */
  documents(page: { readonly after: DocumentId | null; readonly limit: number }, limits: Limits): Promise<readonly DocumentSummary[]>
  entries(limits: Limits): Promise<readonly DocumentEntry[]>
  sources(ids: readonly DocumentId[], limits: Limits): Promise<readonly StoredSource[]>
  release(): void
}
