import { lstat, stat } from 'node:fs/promises'
import { basename, dirname, matchesGlob, relative, resolve, sep } from 'node:path'
import { codeOf } from '../../src/core/error-code.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Wanted } from './folder.ts'
import { depthOf, isMatched, splitGlob } from './glob.ts'
import { isPassedOver, isTaken, type Selection } from './selection.ts'

/** A file or folder of the command line, and which files below it are meant. */
export interface Root extends Wanted {
  readonly path: string
  /** Goes in front of the name of each file, or is the name of the only one; empty for the working directory itself. */
  readonly name: string
  readonly isFolder: boolean
}

/** What the command line names, in its order. Rejects `invalid_request` for a path that is not there, and for two that would get the same ids. */
export async function openRoots(paths: readonly string[], directory: string, selection: Selection): Promise<readonly Root[]> {
  const roots = await Promise.all(paths.map((path) => openRoot(path, directory, selection)))
  checkNames(roots)
  return roots
}

/**
 * A path or a glob of the command line. The id of a file is its path from `directory` (the working directory) where it lies below it, so that a folder
 * and a file of it, named alone, give the same ids; elsewhere it is the path from the folder that was named, with that folder's own name in
 * front.
 */
async function openRoot(given: string, directory: string, selection: Selection): Promise<Root> {
  const glob = (await exists(resolve(directory, given))) ? null : splitGlob(given)
  const path = resolve(directory, glob?.base ?? given)
  const isFolder = await isDirectory(path)
  if (glob !== null && !isFolder) throw new AppError('invalid_request', `${path} is no folder to search for ${glob.pattern}`, { path })
  const below = relative(directory, path).split(sep).join('/')
  const isBelow = below !== '..' && !below.startsWith('../')
  const elsewhere = isFolder ? basename(path) : `${basename(dirname(path))}/${basename(path)}`
  const wanted = isFolder ? wantedBelow(glob?.pattern ?? null, selection) : NAMED
  return { path, isFolder, name: isBelow ? below : elsewhere, ...wanted }
}

/** A file that is named is taken, whatever its type. */
const NAMED: Wanted = { takes: () => true, enters: () => true }

/** A file of a root, as if it had been named. */
export const fileRoot = (path: string, name: string): Root => ({ path, name, isFolder: false, ...NAMED })

/** What stands in front of the ids of files of a folder: a slash at its end, or nothing for the working directory. */
export const prefixOf = ({ name }: Root): string => (name === '' ? '' : `${name}/`)

/** The id of the file at a path, or null where that does not lie below the root. */
export function idOf(root: Root, path: string): string | null {
  const below = relative(root.path, path).split(sep).join('/')
  if (below === '') return root.isFolder ? null : root.name
  return below === '..' || below.startsWith('../') ? null : `${prefixOf(root)}${below}`
}

/** The other way round: where below the root the file of an id lies (empty for a root that is a file), or null where it cannot come from there. */
export function nameBelow(root: Root, id: string): string | null {
  if (!root.isFolder && id === root.name) return ''
  if (!id.startsWith(prefixOf(root))) return null
  const name = id.slice(prefixOf(root).length)
  // A name that no folder can hold would lead somewhere else.
  return name.split('/').some((part) => part === '' || part === '.' || part === '..') ? null : name
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

/** What a glob matches is taken like a file that is named, whatever its type. */
function wantedBelow(pattern: string | null, selection: Selection): Wanted {
  const enters = (folder: string): boolean => !isMatched(folder, selection.exclude)
  if (pattern === null) return { takes: (name) => isTaken(name, selection), enters }
  const depth = depthOf(pattern)
  const include = selection.include
  return {
    takes: (name) =>
      matchesGlob(name, pattern) &&
      !name.split('/').some(isPassedOver) &&
      !isMatched(name, selection.exclude) &&
      (include.length === 0 || isMatched(name, include)),
    enters: (folder) => folder.split('/').length < depth && enters(folder),
  }
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    const message = code === 'ENOENT' ? `There is no ${path}` : `${path} cannot be read (${code})`
    throw new AppError('invalid_request', message, { path }, { cause: error })
  }
}
