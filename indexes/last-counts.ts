import { readCommits } from './commit.ts'
import { EMPTY_CONTENT } from './content-hash.ts'
import type { VersionRecord } from './index-file.ts'
import { buildPaths } from './layout.ts'

/** Counts and content of a version without opening it: its newest whole commit record has them. */
export async function lastOf(directory: string, record: VersionRecord): Promise<NonNullable<VersionRecord['last']>> {
  const commit = record.build === null ? undefined : (await readCommits(buildPaths(directory, record.build).commits)).commits[0]
  if (commit !== undefined) return { counts: commit.counts, content: commit.content }
  return record.last ?? { counts: { documents: 0, chunks: 0 }, content: EMPTY_CONTENT }
}
