import { collapseDuplicates, type Collapsed } from '../core/fusion/collapse.ts'
import type { Fused } from '../core/fusion/fused.ts'
import { minMaxMean } from '../core/fusion/min-max-mean.ts'
import type { DocumentId } from '../core/ids.ts'
import type { Hit, IndexReader } from '../core/ports/index-reader.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import type { Filter } from '../core/types.ts'

export interface SearchedDocuments {
  readonly derived: Pick<DerivedQuery, 'lexical'>
  readonly vector: Float32Array | null
  readonly vectorWeight: number
  readonly reader: IndexReader
  readonly filter: Filter | null
}

/** UTF-16 units of the beginning of a document that find it where the question does not. */
const OPENING = 200

/**
 * The best passages of each of these documents, at most `passages`, best first within it. A document of which no word was asked for, and that no vector can be
 * compared with, gives those that its own title and beginning find.
 */
export async function searchDocuments(
  documents: readonly DocumentId[],
  passages: number,
  { derived, vector, vectorWeight, reader, filter }: SearchedDocuments,
  limits: Limits,
): Promise<readonly Collapsed[]> {
  const depth = passages * documents.length
  const [lexical, dense] = await Promise.all([
    reader.lexical(derived.lexical, depth, filter, documents, limits),
    vector === null ? [] : reader.vector(vector, depth, filter, documents, limits),
  ])
  const weight = lexical.length === 0 ? 1 : dense.length === 0 ? 0 : vectorWeight
  const asked = minMaxMean([
    { name: 'lexical', weight: 1 - weight, hits: lexical },
    { name: 'vector', weight, hits: dense },
  ])
  const reached = new Set(asked.map(({ doc }) => doc))
  const unasked: Fused[] = []
  for (const doc of documents) if (!reached.has(doc)) unasked.push(...(await byItsOwnWords(doc)).map(withoutScore))
  const found = collapseDuplicates([...asked, ...unasked])
  return documents.flatMap((doc) => found.filter((each) => each.doc === doc).slice(0, passages))

  async function byItsOwnWords(doc: DocumentId): Promise<readonly Hit[]> {
    const document = await reader.document(doc, limits)
    if (document === null) return []
    return reader.lexical(`${document.title} ${document.text.slice(0, OPENING)}`, passages, filter, [doc], limits)
  }
}

/** What was not found by what was asked has nothing to say about it. */
const withoutScore = (hit: Hit): Fused => ({ ...hit, score: 0, evidence: [] })
