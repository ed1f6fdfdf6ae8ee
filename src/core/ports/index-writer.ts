import type { DocumentId, Revision } from '../ids.ts'
import type { IndexDeclaration, IndexedDocument } from '../types.ts'
import type { Limits } from './limits.ts'

/** Of the chunks that a write brought, those that a reader of the rest would not miss. No chunk is of two kinds. */
export interface RedundantChunks {
  /** The same text as a chunk before. */
  readonly exact: number
  /** Nearly the same text as another chunk, whether it states the same or not. */
  readonly near: number
  /** Places of boilerplate that are not searched. */
  readonly boilerplate: number
}

export interface Written {
  readonly revision: Revision
  readonly redundant: RedundantChunks
}

/**
 * The one writer of an index, to its current version. Calls queue behind each other (bounded: `too_busy` beyond it).
 *
 * - `replaceDocuments` puts the batch in the place of whatever stood under the same ids, in one revision: a reader sees the old
 *   or the new document, never both and never neither. Resolved = on disk, fsynced, and visible to readers pinned from then on.
 *   A batch holds a document id once. Rejected = the revision before still stands, whole.
 *   A document that the index cannot hold rejects `invalid_document` or `document_too_large` with its id in `details.document`, before anything is written.
 * - `deleteDocuments` is the same for removal; ids that do not exist are ignored.
 * - `contentHashes` gives the stored content hash of each id that exists: what has not changed need not be embedded again.
 * - `boilerplateAmong` gives those of these blocks (`blockKey`) that are boilerplate in the index, so that they are recognised again wherever they come
 *   again. The first call reads one column of the chunks, the others are answered from memory.
 * - `optimize` brings every row into the indexes and clears what no reader needs. Writing does this by itself when
 *   unindexed rows pass their limit; a bulk load calls it once at its end.
 * - Where another version became current since the writer was asked for, `replaceDocuments` rejects `version_moved`: prepare the documents for
 *   that one, with a new writer. The others follow by themselves.
 * - Vectors of another fingerprint than the index's reject `fingerprint_mismatch`; a full disk rejects `storage_full`.
 */
export interface IndexWriter {
  readonly declaration: IndexDeclaration
  replaceDocuments(batch: readonly IndexedDocument[], embedder: string, limits: Limits): Promise<Written>
  deleteDocuments(ids: readonly DocumentId[], limits: Limits): Promise<{ readonly revision: Revision; readonly deleted: number }>
  contentHashes(ids: readonly DocumentId[], limits: Limits): Promise<ReadonlyMap<DocumentId, string>>
  boilerplateAmong(blocks: ReadonlySet<string>, limits: Limits): Promise<ReadonlySet<string>>
  optimize(limits: Limits): Promise<Revision>
}
