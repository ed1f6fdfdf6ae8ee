import { stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { createHash } from 'node:crypto'
import type { Corpus } from '../build-index.ts'
import { openDataset, readCorpus, type Query } from '../dataset.ts'
import { readJsonLines, requiredString, requiredStrings } from '../json-lines.ts'
import { knownItems } from '../known-items.ts'
import { readMarkdownFolder, streamOf } from '../markdown-folder.ts'
import type { Qrels } from '../trec.ts'

/** Questions whose evidence is known, and the corpus that it stands in. */
export interface EvidenceSet {
  readonly corpus: Corpus
  readonly queries: readonly Query[]
  readonly qrels: Qrels
  /** Answer strings by query id, where the set has them. */
  readonly answers: ReadonlyMap<string, readonly string[]>
}

/** A folder in BEIR layout, with its answers.jsonl where there is one. */
export async function readEvidenceSet(folder: string): Promise<EvidenceSet> {
  const { name, corpusHash, documents, queries, qrels } = await openDataset(folder)
  const corpus = { name, hash: corpusHash, documents, read: () => readCorpus(folder) }
  return { corpus, queries, qrels, answers: await readAnswers(join(folder, 'answers.jsonl')) }
}

/** Trees of Markdown joined into one corpus, asked by their own section headings. */
export async function joinMarkdown(folders: readonly string[], queries: number): Promise<EvidenceSet> {
  const parts = await Promise.all(folders.map((folder) => readMarkdownFolder(folder, `${basename(resolve(folder))}/`)))
  const documents = parts.flatMap((part) => part.documents)
  const hash = createHash('sha256')
    .update(parts.map((part) => part.hash).join())
    .digest('hex')
    .slice(0, 16)
  const corpus = { name: 'corpora', hash, documents: documents.length, read: () => streamOf(documents) }
  return { corpus, ...knownItems(documents, queries), answers: new Map() }
}

async function readAnswers(file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const answers = new Map<string, readonly string[]>()
  if (
    !(await stat(file).then(
      (found) => found.isFile(),
      () => false,
    ))
  )
    return answers
  const read = (fields: Record<string, unknown>) => [requiredString(fields, 'query-id'), requiredStrings(fields, 'answers')] as const
  for await (const [query, strings] of readJsonLines(file, read)) answers.set(query, strings)
  return answers
}
