import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import type { TextDocument } from '../src/core/types.ts'
import { withoutTables } from './marked-sections.ts'

/** A folder of Markdown read whole; documentation trees are a few megabytes. */
export interface MarkdownFolder {
  readonly documents: readonly TextDocument[]
  /** SHA-256 over paths and contents, first 16 hexadecimal digits. */
  readonly hash: string
}

/** Files a benchmark takes from one folder at most. */
export const MARKDOWN_FILES = 20_000

/**
 * All `.md` and `.mdx` files below `folder`, by path; the path, with `prefix` in front, is the id. Tables that benchmarks wrote are left out: no figure should
 * depend on the figures before it. Rejects `invalid_dataset` for a folder that is not there or holds too much.
 */
export async function readMarkdownFolder(folder: string, prefix = '', most = MARKDOWN_FILES): Promise<MarkdownFolder> {
  const paths = (await listFiles(folder)).filter((path) => /\.mdx?$/.test(path)).sort()
  if (paths.length === 0) throw new AppError('invalid_dataset', `${folder} holds no Markdown`, { folder })
  if (paths.length > most) throw new AppError('invalid_dataset', `${folder} holds more than ${most} files`, { folder, limit: most })
  const documents: TextDocument[] = []
  const hash = createHash('sha256')
  for (const path of paths) {
    const content = withoutTables(await readFile(join(folder, path), 'utf8'))
    hash.update(JSON.stringify([path, content]))
    documents.push({ id: `${prefix}${path}` as DocumentId, title: null, uri: null, mediaType: 'text/markdown', content, metadata: {} })
  }
  return { documents, hash: hash.digest('hex').slice(0, 16) }
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
  } catch (cause) {
    throw new AppError('invalid_dataset', `${folder} cannot be read`, { folder }, { cause })
  }
}

/** The documents of a folder as a stream. */
export async function* streamOf(documents: readonly TextDocument[]): AsyncGenerator<TextDocument> {
  yield* documents
}
