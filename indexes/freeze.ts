import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { FrozenFile } from '../src/core/ports/backup.ts'
import { recordName } from './commit.ts'
import type { Commit } from './commit.ts'
import { tree } from './durable.ts'
import type { BuildPaths } from './layout.ts'
import { TABLES } from './tables.ts'

/** LanceDB names a manifest by this minus its version. */
const LAST_VERSION = 2n ** 64n - 1n
/** Drafts, and the cache of vectors: it is large, changes in place, and is filled again by itself. */
const LEFT_OUT = /\.tmp$|^vectors\.db/
/** Written once under a name that is drawn at random. */
const IMMUTABLE = /^[a-z]+\.lance\/(?:data|_indices)\//

export function manifestName(version: number): string {
  return `${String(LAST_VERSION - BigInt(version)).padStart(20, '0')}.manifest`
}

/**
 * The files that make up one revision of a build, with paths below `prefix`. To be called while no write runs: every file below `lance` is then whole, and
 * what is left out are the other revisions' records and manifests. Of the LanceDB files some may belong to no revision; those can vanish.
 */
export async function frozenBuild(paths: BuildPaths, commit: Commit, prefix: string): Promise<readonly FrozenFile[]> {
  const record = path.join(paths.commits, recordName(commit.revision))
  const manifests = new Set(TABLES.map((name) => `${name}.lance/_versions/${manifestName(commit.tables[name])}`))
  const all = (await tree(paths.lance)).files.map((file) => path.relative(paths.lance, file).replaceAll(path.sep, '/'))
  const tables = all.filter((file) => !file.includes('/_versions/') || manifests.has(file))
  return [
    ...(await smallFiles(paths.root, prefix)),
    await inMemory(record, `${prefix}/commits/${path.basename(record)}`),
    ...tables.map((file) => ({
      path: `${prefix}/lance/${file}`,
      content: { file: path.join(paths.lance, file) },
      immutable: IMMUTABLE.test(file),
    })),
  ]
}

/** What stands in a directory beside its folders: declarations, manifests, calibrations. They change by being replaced, so they are read at once. */
export async function smallFiles(directory: string, prefix: string): Promise<readonly FrozenFile[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name)).map(({ name }) => name)
  return await Promise.all(names.map((name) => inMemory(path.join(directory, name), `${prefix}/${name}`)))
}

async function inMemory(file: string, at: string): Promise<FrozenFile> {
  return { path: at, content: { bytes: await readFile(file) }, immutable: false }
}
