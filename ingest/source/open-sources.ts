import { stat } from 'node:fs/promises'
import { basename, dirname, extname, relative, resolve, sep } from 'node:path'
import { AppError } from '../../src/core/errors.ts'
import type { SourceSettings } from '../settings.ts'
import { readDocument } from './file.ts'
import { filesBelow, type FoundFile } from './folder.ts'
import { jsonLines } from './json-lines.ts'
import { fileErrorCode } from './node-errors.ts'
import { JSON_LINES, type Source, type SourceItem, type Unread } from './source.ts'
import { countLines } from './text-lines.ts'

/**
 * Files and folders as one source of documents, in the order given. The id of a file is its path from `directory` (the working directory) where
 * it lies below it, so that a folder and a file of it, named alone, give the same ids; elsewhere it is the path from the folder that was named, with that
 * folder's own name in front. Documents of JSON lines bring their own ids. Rejects `invalid_request` for a path that is not there.
 */
export async function openSources(paths: readonly string[], directory: string, settings: SourceSettings): Promise<Source> {
  const roots = await Promise.all(paths.map((path) => openRoot(resolve(directory, path), directory)))
  checkNames(roots)
  return {
    async count() {
      let count = 0
      for await (const found of files(roots)) count += 'path' in found && isJsonLines(found.path) ? await linesOf(found.path) : 1
      return count
    },
    async *items(): AsyncGenerator<SourceItem> {
      for await (const found of files(roots)) {
        if ('failure' in found) yield found
        else if (isJsonLines(found.path)) yield* jsonLines(found.path, found.name, settings)
        else yield await readDocument(found.path, found.name, settings)
      }
    },
  }
}

interface Root {
  readonly path: string
  /** Goes in front of the name of each file, or is the name of the only one. */
  readonly name: string
  readonly isFolder: boolean
}

const isJsonLines = (path: string): boolean => extname(path).toLowerCase() === JSON_LINES

/** A file that cannot be read is one failure when its turn comes, not the end of the load before it began. */
async function linesOf(path: string): Promise<number> {
  try {
    return await countLines(path)
  } catch (error) {
    if (fileErrorCode(error) === null) throw error
    return 1
  }
}

async function* files(roots: readonly Root[]): AsyncGenerator<FoundFile | Unread> {
  for (const { path, name, isFolder } of roots) {
    if (isFolder) yield* filesBelow(path, name === '' ? '' : `${name}/`)
    else yield { path, name }
  }
}

async function openRoot(path: string, directory: string): Promise<Root> {
  try {
    const isFolder = (await stat(path)).isDirectory()
    const below = relative(directory, path).split(sep).join('/')
    const isBelow = below !== '..' && !below.startsWith('../')
    const elsewhere = isFolder ? basename(path) : `${basename(dirname(path))}/${basename(path)}`
    return { path, isFolder, name: isBelow ? below : elsewhere }
  } catch (error) {
    const code = fileErrorCode(error)
    if (code === null) throw error
    throw new AppError(
      'invalid_request',
      code === 'ENOENT' ? `There is no ${path}` : `${path} cannot be read (${code})`,
      { path },
      { cause: error },
    )
  }
}

/** Two folders of one name would give their documents the same ids, and one would overwrite the other. */
function checkNames(roots: readonly Root[]): void {
  const seen = new Map<string, string>()
  for (const { name, path } of roots) {
    const other = seen.get(name)
    if (other !== undefined && other !== path) {
      throw new AppError('invalid_request', `${other} and ${path} would get the same ids: ingest them from a folder that holds both`, {
        paths: [other, path],
      })
    }
    seen.set(name, path)
  }
}
