import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import { normalise } from '../../src/core/text/normalise.ts'
import { readBudgetSet, type AskedQuery, type BudgetSet } from '../budget/evidence-set.ts'
import { squadNormal } from '../budget/squad.ts'
import { openDataset, type Dataset, type Query } from '../dataset.ts'
import { readJsonLines, requiredString } from '../json-lines.ts'

/** A data set with the questions that it can answer, those that it looks able to answer but cannot, and what would show that it did. */
export interface AbstainSet extends Pick<Dataset, 'name' | 'queries' | 'qrels'> {
  readonly evidence: BudgetSet
  readonly unanswerable: readonly Query[]
  /** By query id; where none of the evidence can be looked for, the relevant document is. */
  readonly findable: ReadonlyMap<string, AskedQuery>
  /** Normalised texts and titles of its documents. */
  readonly texts: ReadonlySet<string>
  readonly titles: ReadonlySet<string>
}

export async function readAbstainSet(folder: string, counter: TokenCounter): Promise<AbstainSet> {
  const { name, queries, qrels } = await openDataset(folder)
  const evidence = await readBudgetSet(folder, counter)
  const contents = new Map<string, string>(evidence.documents.map(({ id, content }) => [id, squadNormal(content)]))
  const findable = evidence.queries.filter(({ id, references, answers }) => {
    const relevant = [...(qrels.get(id)?.keys() ?? [])].map((doc) => contents.get(doc) ?? '')
    return references.length > 0 || answers.some((answer) => relevant.some((text) => text.includes(answer)))
  })
  return {
    name,
    queries,
    qrels,
    evidence,
    unanswerable: await readUnanswerable(join(folder, 'unanswerable.jsonl')),
    findable: new Map(findable.map((query) => [query.id, query])),
    texts: new Set(evidence.documents.map(({ content }) => normalise(content))),
    titles: new Set(evidence.documents.flatMap(({ title }) => (title === null ? [] : [normalise(title)]))),
  }
}

async function readUnanswerable(file: string): Promise<readonly Query[]> {
  const there = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!there) return []
  return Array.fromAsync(readJsonLines(file, (fields) => ({ id: requiredString(fields, '_id'), text: requiredString(fields, 'text') })))
}
