import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../../src/core/errors.ts'
import type { TextDocument } from '../../src/core/types.ts'
import { openDataset, readCorpus } from '../dataset.ts'
import { knownItems } from '../known-items.ts'
import { readMarkdownFolder } from '../markdown-folder.ts'
import { createPrng } from '../prng.ts'
import { shuffle } from '../shuffle.ts'

/** Real text to fill an index with, and real questions to ask it. */
export interface TextSource {
  readonly documents: readonly TextDocument[]
  readonly queries: readonly string[]
  readonly hash: string
}

export interface SourceLimits {
  readonly documents: number
  readonly queries: number
}

/** Everything below ../shared fits; what is more is held back, since only its shape matters here. */
export const SOURCE_LIMITS: SourceLimits = { documents: 50_000, queries: 400 }

const SEED = 97

/** Folders in BEIR layout or of Markdown, mixed in a fixed random order. */
export async function readSource(folders: readonly string[], limits: SourceLimits = SOURCE_LIMITS): Promise<TextSource> {
  const parts: TextSource[] = []
  for (const folder of folders) parts.push(await readPart(folder, limits))
  const random = createPrng(SEED)
  const documents = shuffle(
    parts.flatMap((part) => part.documents),
    random,
  ).slice(0, limits.documents)
  const queries = shuffle(
    parts.flatMap((part) => part.queries),
    random,
  ).slice(0, limits.queries)
  if (queries.length === 0) throw new AppError('invalid_dataset', `no questions in ${folders.join(', ')}`, { folders })
  const hash = createHash('sha256')
    .update(JSON.stringify(parts.map((part) => part.hash)))
    .digest('hex')
    .slice(0, 16)
  return { documents, queries, hash }
}

async function readPart(folder: string, limits: SourceLimits): Promise<TextSource> {
  const prefix = `${basename(resolve(folder))}/`
  if (!(await isFile(join(folder, 'corpus.jsonl')))) {
    const { documents, hash } = await readMarkdownFolder(folder, prefix)
    return { documents, hash, queries: knownItems(documents, limits.queries).queries.map(({ text }) => text) }
  }
  const { queries, corpusHash } = await openDataset(folder)
  const documents: TextDocument[] = []
  for await (const document of readCorpus(folder)) {
    documents.push({ ...document, id: `${prefix}${document.id}` as TextDocument['id'] })
    if (documents.length === limits.documents) break
  }
  return { documents, hash: corpusHash, queries: queries.map(({ text }) => text) }
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
