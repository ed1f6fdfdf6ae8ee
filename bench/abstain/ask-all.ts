import type { Answer } from '../../src/core/answer.ts'
import type { DocumentId, IndexName } from '../../src/core/ids.ts'
import { ask } from '../ask.ts'
import { packedAnswer } from '../budget/packed.ts'
import { covered } from '../budget/reference.ts'
import { holdsAnswer } from '../budget/squad.ts'
import { goldShare } from '../context/evidence.ts'
import type { Query } from '../dataset.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from '../session.ts'
import type { AbstainSet } from './abstain-set.ts'

/** What became of one question. */
export interface Asked {
  readonly abstained: boolean
  readonly confidence: number
  /** Whether evidence stands in the context: never, for a question that the set cannot answer. */
  readonly found: boolean
  /** Cosine of the best passage: what a vector search alone could abstain by. */
  readonly cosine: number
}

/** A reference counts when this much of its characters is there. */
const WHOLE = 0.99

export async function askAll(
  session: Session,
  index: IndexName,
  set: AbstainSet,
  queries: readonly Query[],
  { label, budget, answerable }: { readonly label: string; readonly budget: number; readonly answerable: boolean },
): Promise<readonly Asked[]> {
  const texts = new Map(set.evidence.documents.map(({ id, content }) => [id, content]))
  const progress = session.terminal.progress(`${set.name}, ${label}`, queries.length)
  try {
    const all: Asked[] = []
    for (const [order, query] of queries.entries()) {
      const answer = await ask(session, index, query.text, budget, order)
      const found = answerable && holdsEvidence(set, query, answer, texts)
      const abstained = answer.outcome === 'no_relevant_context'
      all.push({ abstained, confidence: answer.confidence, found, cosine: await topCosine(session, index, query) })
      progress.advance(1)
    }
    return all
  } finally {
    progress.stop()
  }
}

function holdsEvidence(set: AbstainSet, query: Query, answer: Answer, texts: ReadonlyMap<DocumentId, string>): boolean {
  const findable = set.findable.get(query.id)
  if (findable === undefined) return goldShare(answer, set.qrels.get(query.id) ?? new Map<string, number>()) > 0
  const packed = packedAnswer(answer, texts)
  if (findable.references.length === 0) return holdsAnswer(packed.text, findable.answers)
  return findable.references.some((reference) => covered(reference, packed.pieces) >= WHOLE)
}

async function topCosine({ engine, limits }: Session, index: IndexName, { text }: Query): Promise<number> {
  const overrides = { lexicalDepth: 0, rerank: 'never', hierarchy: false } as const
  const request = { tenant: BENCH_TENANT, index, query: text, filter: null, classify: false, overrides, documents: 0 }
  const { chunks } = await engine.ranker.rank(request, limits(QUERY_DEADLINE_MS))
  return chunks[0]?.evidence.find(({ leg }) => leg === 'vector')?.score ?? -1
}
