import { readdir, rm, stat } from 'node:fs/promises'
import { hasCode } from './node-errors.ts'
import { buildPaths, versionsDirectory } from './layout.ts'

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  )
}

export async function entriesOf(directory: string): Promise<string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return []
    throw error
  }
}

/** At start: removes builds of this index that were deleted under a reader or never finished. Nothing without that mark is touched. */
export async function sweepBuilds(index: string): Promise<void> {
  for (const build of await entriesOf(versionsDirectory(index))) {
    const paths = buildPaths(index, build)
    if ((await exists(paths.deleted)) || !(await exists(paths.manifest))) await rm(paths.root, { recursive: true, force: true })
  }
}
