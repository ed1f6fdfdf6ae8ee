import { readdir, rm, unlink } from 'node:fs/promises'
import { AppError } from '../src/core/errors.ts'
import { readIndexFile } from './declaration.ts'
import { exists, fsyncPath } from './durable.ts'
import { buildPaths, indexFile, versionsDirectory } from './layout.ts'
import { hasCode } from './node-errors.ts'

export async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return []
    throw error
  }
}

/**
 * At start: removes builds of this index that were deleted under a reader or never finished. Nothing without that mark is touched: a build
 * that the index names was finished once, so where its manifest is gone, that is damage and its data may still be of use.
 */
export async function sweepBuilds(index: string): Promise<void> {
  const current = await currentBuild(index)
  for (const build of await entriesOf(versionsDirectory(index))) {
    const paths = buildPaths(index, build)
    if (await exists(paths.deleted)) {
      // The deletion was cut short: the index must not name what is gone.
      if (build === current) await forgetIndex(index)
    } else if (current === undefined || build === current || (await exists(paths.manifest))) continue
    await rm(paths.root, { recursive: true, force: true })
  }
}

/** After this there is no index, even after a power cut. */
export async function forgetIndex(index: string): Promise<void> {
  await unlink(indexFile(index))
  await fsyncPath(index)
}

/** Removes an index that cannot be opened, so that nobody reads it. Builds that are marked as deleted may have readers and stay. */
export async function removeDamaged(index: string): Promise<void> {
  await forgetIndex(index)
  for (const build of await entriesOf(versionsDirectory(index))) {
    const paths = buildPaths(index, build)
    if (!(await exists(paths.deleted))) await rm(paths.root, { recursive: true, force: true })
  }
}

/** Null where there is no index, undefined where nobody can tell which build it names. */
async function currentBuild(index: string): Promise<string | null | undefined> {
  try {
    return (await readIndexFile(index))?.build ?? null
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
