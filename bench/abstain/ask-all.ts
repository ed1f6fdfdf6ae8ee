import type { IndexName } from '../../src/core/ids.ts'
import { ask } from '../ask.ts'
import type { Query } from '../dataset.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from '../session.ts'
import type { AbstainSet } from './abstain-set.ts'
import { evidenceFinder } from './evidence-finder.ts'

/** What became of one question. */
export interface Asked {
  readonly abstained: boolean
  readonly confidence: number
  /** Whether evidence stands in the context: never, for a question that the set cannot answer. */
  readonly found: boolean
  /** Cosine of the best passage: what a vector search alone could abstain by. */
  readonly cosine: number
}

export async function askAll(
  session: Session,
  index: IndexName,
  set: AbstainSet,
  queries: readonly Query[],
  { label, budget, answerable }: { readonly label: string; readonly budget: number; readonly answerable: boolean },
): Promise<readonly Asked[]> {
  const holdsEvidence = evidenceFinder(set)
  const progress = session.terminal.progress(`${set.name}, ${label}`, queries.length)
  try {
    const all: Asked[] = []
    for (const [order, query] of queries.entries()) {
      const answer = await ask(session, index, query.text, budget, order)
      const found = answerable && holdsEvidence(query, answer)
      const abstained = answer.outcome === 'no_relevant_context'
      all.push({ abstained, confidence: answer.confidence, found, cosine: await topCosine(session, index, query) })
      progress.advance(1)
    }
    return all
  } finally {
    progress.stop()
  }
}

async function topCosine({ engine, limits }: Session, index: IndexName, { text }: Query): Promise<number> {
  const overrides = { lexicalDepth: 0, rerank: 'never', hierarchy: false } as const
  const request = { tenant: BENCH_TENANT, index, query: text, filter: null, classify: false, overrides, documents: 0 }
  const { chunks } = await engine.ranker.rank(request, limits(QUERY_DEADLINE_MS))
  return chunks[0]?.evidence.find(({ leg }) => leg === 'vector')?.score ?? -1
}
