import type { IndexWriter } from '../src/core/ports/index-writer.ts'
import type { KnownStatus, SourceEntry } from '../src/core/ports/ingester.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import { isHashOf, type StoredHow } from './content-hash.ts'

/** What each document would be, by the hash that is stored under its id. `how` as for `contentHash`. */
export async function knownStatuses(
  entries: readonly SourceEntry[],
  how: StoredHow,
  writer: Pick<IndexWriter, 'contentHashes'>,
  limits: Limits,
): Promise<readonly KnownStatus[]> {
  const stored = await writer.contentHashes(
    entries.map(({ id }) => id),
    limits,
  )
  return entries.map(({ id, sourceHash }) => {
    const known = stored.get(id)
    if (known === undefined) return 'new'
    return isHashOf(known, sourceHash, how) ? 'unchanged' : 'changed'
  })
}
