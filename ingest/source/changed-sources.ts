import { lstat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { BEIR } from './folder.ts'
import { holdsMany } from './media-types.ts'
import { fileRoot, idOf, nameBelow, prefixOf, type Root } from './roots.ts'

/** Ids of documents that came from files of a root: everything below a prefix, and one by itself. */
export interface IdScope {
  readonly root: Root
  /** Ends with a slash, or is empty for every id there is. */
  readonly prefix: string
  readonly id: string | null
}

/** Of every document that came from a root. */
export const scopeOf = (root: Root): IdScope => ({ root, prefix: prefixOf(root), id: root.isFolder ? null : root.name })

export interface ChangedSources {
  /** Files to read again. */
  readonly files: readonly Root[]
  /** Where documents may have lost their file. */
  readonly scopes: readonly IdScope[]
}

/** What has to be looked at after some paths have changed, given in order: files that are there and asked for, and what is gone. */
export async function changedSources(roots: readonly Root[], paths: readonly string[]): Promise<ChangedSources> {
  const files: Root[] = []
  const scopes: IdScope[] = []
  for (const path of paths) {
    for (const root of roots) {
      const id = idOf(root, path)
      const name = id === null ? null : nameBelow(root, id)
      if (id === null || name === null) continue
      const isThere = await isFile(path)
      if (isThere && root.takes(name) && !(await isBesideCorpus(path))) {
        files.push(fileRoot(path, id))
        if (holdsMany(path)) scopes.push({ root, prefix: `${id}/`, id: null })
      } else if (!isThere && !scopes.some((scope) => scope.id !== null && id.startsWith(scope.prefix))) {
        scopes.push({ root, prefix: `${id}/`, id })
      }
      break
    }
  }
  return { files, scopes }
}

const isFile = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isFile(),
    () => false,
  )

/** Of a folder in BEIR layout only the corpus holds documents. */
async function isBesideCorpus(path: string): Promise<boolean> {
  if (basename(path) === BEIR[0]) return false
  const beside = await Promise.all(BEIR.map((name) => isFile(join(dirname(path), name))))
  return beside.every(Boolean)
}
