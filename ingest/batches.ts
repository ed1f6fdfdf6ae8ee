import type { DocumentId } from '../src/core/ids.ts'
import type { IngestSettings } from './settings.ts'
import { isUnread, type Unpacked } from './unpack/unread.ts'

/** The first batch of a load has this share of the documents of a full one; each next one has twice as many. */
const FIRST_SHARE = 1 / 16

/**
 * Pulls documents in batches of at most `batch_documents` and about `batch_characters` (bytes, of a file): a larger one is a batch of its own. The first ones are small, so that a slow model shows progress
 * early. A batch holds an id once: a repeated id begins the next batch, so that the later document is written after the earlier.
 */
export async function* batches(
  source: AsyncIterable<Unpacked>,
  { batchDocuments, batchCharacters }: Pick<IngestSettings, 'batchDocuments' | 'batchCharacters'>,
): AsyncGenerator<readonly Unpacked[]> {
  let size = Math.max(1, Math.floor(batchDocuments * FIRST_SHARE))
  let batch: Unpacked[] = []
  let ids = new Set<DocumentId>()
  let characters = 0
  for await (const raw of source) {
    const length = isUnread(raw) ? 0 : raw.content.length
    const isFull = batch.length >= size || characters + length > batchCharacters || ids.has(raw.id)
    if (isFull && batch.length > 0) {
      yield batch
      size = Math.min(batchDocuments, size * 2)
      batch = []
      ids = new Set()
      characters = 0
    }
    batch.push(raw)
    ids.add(raw.id)
    characters += length
  }
  if (batch.length > 0) yield batch
}
