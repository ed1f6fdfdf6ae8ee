import { createHash } from 'node:crypto'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../src/core/errors.ts'
import type { DocumentId } from '../src/core/ids.ts'
import type { Metadata, TextDocument } from '../src/core/types.ts'
import { readJsonLines, requiredString } from './json-lines.ts'
import { readLines } from './lines.ts'
import type { Qrels } from './trec.ts'

export interface Query {
  readonly id: string
  readonly text: string
}

/** A folder in BEIR layout: corpus.jsonl, queries.jsonl, qrels/test.tsv. */
export interface Dataset {
  readonly name: string
  readonly folder: string
  readonly documents: number
  /** SHA-256 over the documents of corpus.jsonl, first 16 hexadecimal digits. */
  readonly corpusHash: string
  /** Queries with at least one relevant document, in file order. */
  readonly queries: readonly Query[]
  readonly qrels: Qrels
}

export interface DatasetLimits {
  readonly documents: number
  readonly queries: number
  readonly judgements: number
}

/** MS MARCO (8.8 million passages) is the largest BEIR set; queries and judgements are held in memory. */
export const DATASET_LIMITS: DatasetLimits = { documents: 10_000_000, queries: 200_000, judgements: 2_000_000 }

/** Reads all but the documents' texts. Rejects `invalid_dataset`, with file and line, for a missing file, a bad line or a passed limit. */
export async function openDataset(folder: string, limits: DatasetLimits = DATASET_LIMITS): Promise<Dataset> {
  const corpus = await scanCorpus(folder, limits.documents)
  const qrels = await readJudgements(join(folder, 'qrels', 'test.tsv'), limits.judgements)
  const queries: Query[] = []
  for await (const query of readJsonLines(join(folder, 'queries.jsonl'), readQuery)) {
    if (!hasRelevant(qrels, query.id)) continue
    queries.push(query)
    bounded('queries', queries.length, limits.queries)
  }
  if (queries.length === 0) throw new AppError('invalid_dataset', `${folder} has no query with a relevant document`, { folder })
  return { name: basename(resolve(folder)), folder, queries, qrels, ...corpus }
}

/** Streams the documents of a folder in BEIR layout. */
export const readCorpus = (folder: string): AsyncGenerator<TextDocument> => readJsonLines(join(folder, 'corpus.jsonl'), readDocument)

async function scanCorpus(folder: string, most: number): Promise<Pick<Dataset, 'documents' | 'corpusHash'>> {
  const whole = createHash('sha256')
  let documents = 0
  for await (const { id, title, content, metadata } of readCorpus(folder)) {
    documents += 1
    bounded('documents', documents, most)
    whole.update(JSON.stringify([id, title, content, metadata]))
  }
  return { documents, corpusHash: whole.digest('hex').slice(0, 16) }
}

async function readJudgements(file: string, most: number): Promise<Qrels> {
  const qrels = new Map<string, Map<string, number>>()
  let judgements = 0
  for await (const { number, text } of readLines(file)) {
    const [query, doc, grade, ...more] = text.split('\t')
    if (number === 1 && query === 'query-id') continue
    const value = Number(grade)
    if (!query || !doc || !grade || more.length > 0 || !Number.isFinite(value)) {
      throw new AppError('invalid_dataset', `${file}:${number}: not "query <tab> document <tab> grade"`, { file, line: number })
    }
    bounded('judgements', (judgements += 1), most)
    qrels.set(query, (qrels.get(query) ?? new Map<string, number>()).set(doc, value))
  }
  return qrels
}

const hasRelevant = (qrels: Qrels, query: string): boolean => [...(qrels.get(query)?.values() ?? [])].some((grade) => grade > 0)

const readQuery = (fields: Record<string, unknown>): Query => ({ id: requiredString(fields, '_id'), text: requiredString(fields, 'text') })

function readDocument(fields: Record<string, unknown>): TextDocument {
  const title = fields['title']
  const metadata = fields['metadata']
  return {
    id: requiredString(fields, '_id') as DocumentId,
    title: typeof title === 'string' && title !== '' ? title : null,
    uri: null,
    mediaType: 'text/plain',
    content: requiredString(fields, 'text'),
    metadata: typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? (metadata as Metadata) : {},
  }
}

function bounded(what: string, count: number, limit: number): void {
  if (count > limit) throw new AppError('invalid_dataset', `the data set has more than ${limit} ${what}`, { what, limit })
}
