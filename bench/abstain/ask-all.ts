import type { IndexName } from '../../src/core/ids.ts'
import { ask } from '../ask.ts'
import type { Query } from '../dataset.ts'
import type { Session } from '../session.ts'
import type { AbstainSet } from './abstain-set.ts'
import { evidenceFinder } from './evidence-finder.ts'

/** What became of one question. */
export interface Asked {
  readonly abstained: boolean
  readonly confidence: number
  /** Whether evidence stands in the context: never, for a question that the set cannot answer. */
  readonly found: boolean
  /** What the service abstains by. */
  readonly relevance: number
  /** Cosine of the best passage: what a vector search alone could abstain by. */
  readonly cosine: number
}

const NOT_TOLD = { probability: 0, signals: { cosine: 0 } }

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
      const answer = await ask(session, index, query.text, budget, order, { explain: true })
      const found = answerable && holdsEvidence(query, answer)
      const abstained = answer.outcome === 'no_relevant_context'
      const { probability: relevance, signals } = answer.explain?.relevance ?? NOT_TOLD
      all.push({ abstained, confidence: answer.confidence, relevance, cosine: signals.cosine, found })
      progress.advance(1)
    }
    return all
  } finally {
    progress.stop()
  }
}
