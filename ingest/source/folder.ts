import { readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { JSON_LINES, MEDIA_TYPES } from './source.ts'

/** A file of a folder: where it is, and its name below the folder with `/` between the parts. */
export interface FoundFile {
  readonly path: string
  readonly name: string
}

const BEIR = ['corpus.jsonl', 'queries.jsonl']

/**
 * The documents below a folder, sorted by name. Folders and files that begin with a dot, `node_modules` and symbolic links are left out. A folder in
 * BEIR layout (`corpus.jsonl` beside `queries.jsonl`) has one file with documents: its corpus.
 */
export async function* filesBelow(folder: string, prefix: string): AsyncGenerator<FoundFile> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'))
  const names = new Set(entries.map((entry) => entry.name))
  if (BEIR.every((name) => names.has(name))) {
    yield { path: join(folder, 'corpus.jsonl'), name: `${prefix}corpus.jsonl` }
    return
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== 'node_modules') yield* filesBelow(path, `${prefix}${entry.name}/`)
    else if (entry.isFile() && isDocument(entry.name)) yield { path, name: `${prefix}${entry.name}` }
  }
}

function isDocument(name: string): boolean {
  const extension = extname(name).toLowerCase()
  return extension === JSON_LINES || Object.hasOwn(MEDIA_TYPES, extension)
}
