import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../../src/core/error-code.ts'
import { isPassedOver } from './selection.ts'
import type { Unread } from './source.ts'

/** A file of a folder: where it is, and its name below the folder with `/` between the parts. */
export interface FoundFile {
  readonly path: string
  readonly name: string
}

/** Which of the files below a folder are wanted; names are those below the folder that was named. */
export interface Wanted {
  takes(name: string): boolean
  enters(folder: string): boolean
}

/** A folder with both holds documents in the first only. */
export const BEIR = ['corpus.jsonl', 'queries.jsonl']

/**
 * The documents below a folder, sorted by name. Folders and files that begin with a dot, `node_modules` and symbolic links are left out. A folder in
 * BEIR layout (`corpus.jsonl` beside `queries.jsonl`) has one file with documents: its corpus. A folder that cannot be read is a failure of its own.
 * Holds the names of one folder a level.
 */
export async function* filesBelow(folder: string, wanted: Wanted, below = ''): AsyncGenerator<FoundFile | Unread> {
  const listed = await entriesOf(folder)
  if (typeof listed === 'string') {
    const message = `The folder cannot be read (${listed})`
    yield { failure: { id: below, code: 'invalid_document', message, hides: 'anything' } }
    return
  }
  const entries = listed.filter((entry) => !isPassedOver(entry.name))
  const names = new Set(entries.map((entry) => entry.name))
  if (BEIR.every((name) => names.has(name))) {
    yield { path: join(folder, 'corpus.jsonl'), name: `${below}corpus.jsonl` }
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    const name = `${below}${entry.name}`
    if (entry.isDirectory() && wanted.enters(name)) yield* filesBelow(path, wanted, `${name}/`)
    else if (entry.isFile() && wanted.takes(name)) yield { path, name }
  }
}

/** The entries, or the code of the error that keeps them from being read. */
async function entriesOf(folder: string): Promise<Dirent[] | string> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const code = codeOf(error)
    if (code === null) throw error
    return code
  }
}
