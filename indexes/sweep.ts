import { readdir, rm, unlink } from 'node:fs/promises'
import { hasCode } from '../src/core/error-code.ts'
import { AppError } from '../src/core/errors.ts'
import { exists, fsyncPath } from './durable.ts'
import { removeGolden } from './golden-file.ts'
import { namedBuilds, readIndexFile, writeIndexFile } from './index-file.ts'
import type { IndexFile } from './index-file.ts'
import { buildPaths, goldenFile, indexFile, vectorsFile, versionsDirectory } from './layout.ts'
import type { RetentionSettings } from './settings.ts'
import { collectable, collected, recordOf } from './version-moves.ts'
import { removeVectors } from './vector-cache.ts'
import { lastOf } from './last-counts.ts'

export async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

/**
 * At start: finishes deletions that were cut short, collects old versions, and removes every build that the index does not name: it was
 * never finished, or collected. What the index names stays, whatever state it is in: it was finished once, so where its manifest is gone,
 * that is damage and its data may still be of use. Where the index cannot be read, or there is none, only what is marked as deleted or was
 * never finished goes.
 */
export async function sweepBuilds(index: string, retention: RetentionSettings): Promise<void> {
  const file = await fileOf(index)
  const builds = await entriesOf(versionsDirectory(index))
  if (file === null || file === undefined) {
    for (const build of builds) {
      const paths = buildPaths(index, build)
      if ((await exists(paths.deleted)) || (file === null && !(await exists(paths.manifest)))) await removeBuild(index, build)
    }
    return
  }
  const current = recordOf(file, 'current').build
  if (await exists(buildPaths(index, current).deleted)) {
    for (const build of builds) if (build !== current) await removeBuild(index, build)
    await removeGolden(goldenFile(index))
    removeVectors(vectorsFile(index))
    await forgetIndex(index)
    await removeBuild(index, current)
    return
  }
  const named = new Set(namedBuilds(await withoutOld(index, file, retention)))
  for (const build of builds) if (!named.has(build)) await removeBuild(index, build)
}

/** After this there is no index, even after a power cut. */
export async function forgetIndex(index: string): Promise<void> {
  await unlink(indexFile(index))
  await fsyncPath(index)
}

/** Removes an index that cannot be opened, so that nobody reads it. Builds that are marked as deleted may have readers and stay. */
export async function removeDamaged(index: string): Promise<void> {
  await removeGolden(goldenFile(index))
  removeVectors(vectorsFile(index))
  await forgetIndex(index)
  for (const build of await entriesOf(versionsDirectory(index))) {
    if (!(await exists(buildPaths(index, build).deleted))) await removeBuild(index, build)
  }
}

async function withoutOld(index: string, file: IndexFile, retention: RetentionSettings): Promise<IndexFile> {
  let next = file
  for (const record of collectable(file, retention)) next = collected(next, record.version, await lastOf(index, record), retention)
  if (next !== file) await writeIndexFile(index, next)
  return next
}

async function removeBuild(index: string, build: string): Promise<void> {
  await rm(buildPaths(index, build).root, { recursive: true, force: true })
}

/** Null where there is no index, undefined where nobody can tell which builds it names. */
async function fileOf(index: string): Promise<IndexFile | null | undefined> {
  try {
    return await readIndexFile(index)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
