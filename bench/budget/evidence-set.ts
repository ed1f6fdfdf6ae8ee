import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { TextDocument } from '../../src/core/types.ts'
import type { Corpus } from '../build-index.ts'
import { openDataset, readCorpus, type Query } from '../dataset.ts'
import { readTextFile } from '../json-file.ts'
import { corpusOf } from './corpus-of.ts'
import { readAnswers, readReferences, readSentences } from './read-evidence.ts'
import { locate } from './located.ts'
import { referenceOf, type Reference } from './reference.ts'
import { findableAnswers } from './squad.ts'

/** Exact spans; sentences found again in the gold passage; or answer strings looked for in the context. */
export type EvidenceKind = 'spans' | 'sentences' | 'answers'

export interface AskedQuery extends Query {
  /** Empty for `answers`. */
  readonly references: readonly Reference[]
  /** Spellings of the answer, normalised; empty but for `answers`. */
  readonly answers: readonly string[]
}

/** A data set as this benchmark asks it: whole documents, and what of them answers each question. */
export interface BudgetSet {
  readonly name: string
  readonly kind: EvidenceKind
  readonly documents: readonly TextDocument[]
  readonly corpus: Corpus
  readonly queries: readonly AskedQuery[]
  /** Evidence that does not stand in its document, as the data set spells it, and so is not asked for. */
  readonly notLocated: number
}

/** The best evidence that the folder has. Rejects `invalid_dataset` where it has none. */
export async function readBudgetSet(folder: string, counter: TokenCounter): Promise<BudgetSet> {
  const dataset = await openDataset(folder)
  const kind = await kindOf(folder)
  const documents = kind === 'spans' ? await readFiles(folder) : await Array.fromAsync(readCorpus(folder))
  const texts = new Map(documents.map(({ id, content }) => [id, content]))
  let notLocated = 0
  const evidence = new Map<string, Pick<AskedQuery, 'references' | 'answers'>>()
  if (kind === 'answers') {
    for await (const [query, answers] of readAnswers(join(folder, 'answers.jsonl'))) {
      evidence.set(query, { references: [], answers: findableAnswers(answers) })
    }
  } else {
    const passages = kind === 'spans' ? readReferences(join(folder, 'references.jsonl'), texts) : located(folder, dataset.qrels, texts)
    for await (const [query, found] of passages) {
      notLocated += found.filter((text) => text === null).length
      const known = evidence.get(query)?.references ?? []
      const references = found.flatMap((text) => (text === null ? [] : [referenceOf(text, texts, counter)]))
      evidence.set(query, { references: [...known, ...references], answers: [] })
    }
  }
  const queries = dataset.queries.flatMap((query) => {
    const { references = [], answers = [] } = evidence.get(query.id) ?? {}
    return references.length + answers.length === 0 ? [] : [{ ...query, references, answers }]
  })
  if (queries.length === 0) throw new AppError('invalid_dataset', `${folder} has no evidence to look for`, { folder })
  return { name: dataset.name, kind, documents, corpus: corpusOf(`${dataset.name}-whole`, documents), queries, notLocated }
}

async function kindOf(folder: string): Promise<EvidenceKind> {
  if (await isFile(join(folder, 'references.jsonl'))) return 'spans'
  if (await isFile(join(folder, 'evidence.jsonl'))) return 'sentences'
  if (await isFile(join(folder, 'answers.jsonl'))) return 'answers'
  throw new AppError('invalid_dataset', `${folder} has neither references.jsonl nor evidence.jsonl nor answers.jsonl`, { folder })
}

const isFile = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isFile(),
    () => false,
  )

/** The files that references.jsonl points into, each a document of plain text, so that offsets stay what they are. */
async function readFiles(folder: string): Promise<readonly TextDocument[]> {
  const names = (await readdir(resolve(folder, 'files'))).sort()
  const plain = { uri: null, mediaType: 'text/plain', metadata: {} }
  return Promise.all(
    names.map(async (name) => ({
      ...plain,
      id: name as DocumentId,
      title: basename(name).replace(/\.[^.]+$/, ''),
      content: await readTextFile(join(folder, 'files', name)),
    })),
  )
}

/** Each sentence as it stands in a relevant document, or null. */
async function* located(
  folder: string,
  qrels: ReadonlyMap<string, ReadonlyMap<string, number>>,
  texts: ReadonlyMap<DocumentId, string>,
): AsyncGenerator<readonly [string, readonly (string | null)[]]> {
  for await (const [query, sentences] of readSentences(join(folder, 'evidence.jsonl'))) {
    const relevant = [...(qrels.get(query) ?? [])].filter(([, grade]) => grade > 0).map(([doc]) => texts.get(doc as DocumentId) ?? '')
    const found = sentences.map((sentence) => {
      for (const text of relevant) {
        const span = locate(sentence, text)
        if (span !== null) return text.slice(span.start, span.end)
      }
      return null
    })
    yield [query, found]
  }
}
