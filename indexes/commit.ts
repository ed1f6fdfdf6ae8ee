import { createHash } from 'node:crypto'
import { mkdir, readdir, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { Revision } from '../src/core/ids.ts'
import type { IndexCounts } from '../src/core/types.ts'
import { writeDurably } from './durable.ts'
import { canonicalJson } from '../src/core/text/canonical-json.ts'
import { readJson } from './json-file.ts'

export interface TableVersions {
  readonly chunks: number
  readonly documents: number
}

/** One revision: which versions of the LanceDB tables it is made of, and what they hold. */
export interface Commit {
  readonly revision: Revision
  readonly tables: TableVersions
  readonly counts: IndexCounts
  /** Rows written since the vector index of each table was last built whole. */
  readonly sinceBuild: IndexCounts
  readonly content: string
  readonly committedAt: string
}

const RECORD = /^(\d{12})\.json$/

export function recordName(revision: Revision): string {
  return `${String(revision).padStart(12, '0')}.json`
}

function checksum(commit: Commit): string {
  return createHash('sha256').update(canonicalJson(commit)).digest('hex')
}

/** The last step of a write; before it the revision does not exist, after it it survives a power cut. */
export async function writeCommit(directory: string, commit: Commit): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeDurably(path.join(directory, recordName(commit.revision)), `${JSON.stringify({ ...commit, checksum: checksum(commit) })}\n`)
}

async function recordNumbers(directory: string): Promise<number[]> {
  const names = await readdir(directory)
  return names
    .map((name) => Number(RECORD.exec(name)?.[1] ?? 0))
    .filter((number) => number > 0)
    .sort((a, b) => b - a)
}

/** Every whole record, newest first, and the highest number ever used: a revision number is not given out twice, even after damage. */
export async function readCommits(directory: string): Promise<{ readonly commits: readonly Commit[]; readonly highest: Revision }> {
  const numbers = await recordNumbers(directory)
  const commits: Commit[] = []
  for (const number of numbers) {
    const value = (await readJson(path.join(directory, recordName(number)))) as (Commit & { checksum: string }) | null | undefined
    if (value === null || value === undefined || typeof value !== 'object') continue
    const { checksum: stored, ...commit } = value
    if (commit.revision === number && stored === checksum(commit)) commits.push(commit)
  }
  return { commits, highest: numbers[0] ?? 0 }
}

/**
 * Removes every record but those of `kept`: also those of revisions that were lost, since LanceDB gives their table versions out
 * again, and such a record would then name what it never held.
 */
export async function pruneCommits(directory: string, kept: ReadonlySet<Revision>): Promise<void> {
  for (const number of await recordNumbers(directory)) if (!kept.has(number)) await unlink(path.join(directory, recordName(number)))
}
