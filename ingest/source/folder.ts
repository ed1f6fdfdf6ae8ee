import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileErrorCode } from './node-errors.ts'
import { JSON_LINES, MEDIA_TYPES, type Unread } from './source.ts'

/** A file of a folder: where it is, and its name below the folder with `/` between the parts. */
export interface FoundFile {
  readonly path: string
  readonly name: string
}

const BEIR = ['corpus.jsonl', 'queries.jsonl']

/**
 * The documents below a folder, sorted by name. Folders and files that begin with a dot, `node_modules` and symbolic links are left out. A folder in
 * BEIR layout (`corpus.jsonl` beside `queries.jsonl`) has one file with documents: its corpus. A folder that cannot be read is a failure of its own.
 */
export async function* filesBelow(folder: string, prefix: string): AsyncGenerator<FoundFile | Unread> {
  const listed = await entriesOf(folder)
  if (typeof listed === 'string') {
    yield { failure: { id: prefix || folder, code: 'invalid_document', message: `The folder cannot be read (${listed})` } }
    return
  }
  const entries = listed.filter((entry) => !entry.name.startsWith('.'))
  const names = new Set(entries.map((entry) => entry.name))
  if (BEIR.every((name) => names.has(name))) {
    yield { path: join(folder, 'corpus.jsonl'), name: `${prefix}corpus.jsonl` }
    return
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* filesBelow(path, `${prefix}${entry.name}/`)
    else if (entry.isFile() && isDocument(entry.name)) yield { path, name: `${prefix}${entry.name}` }
  }
}

/** The entries, or the code of the error that keeps them from being read. */
async function entriesOf(folder: string): Promise<readonly Dirent[] | string> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const code = fileErrorCode(error)
    if (code === null) throw error
    return code
  }
}

function isDocument(name: string): boolean {
  const extension = extname(name).toLowerCase()
  return extension === JSON_LINES || Object.hasOwn(MEDIA_TYPES, extension)
}
