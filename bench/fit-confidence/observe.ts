import type { ExplainedRelevance } from '../../src/core/answer.ts'
import type { IndexName } from '../../src/core/ids.ts'
import type { AbstainSet } from '../abstain/abstain-set.ts'
import { evidenceFinder } from '../abstain/evidence-finder.ts'
import { ask } from '../ask.ts'
import type { Query } from '../dataset.ts'
import { inOrder } from '../in-order.ts'
import type { Session } from '../session.ts'
import { inHalf } from '../tune/observe.ts'

/** One question under one budget. */
export interface ObservedPacking {
  readonly told: ExplainedRelevance
  /** Whether evidence stands in the context; never for a foreign question. */
  readonly found: boolean
}

export interface ObservedQuestion {
  readonly dev: boolean
  readonly isOwn: boolean
  /** One for each budget; relevance is the same in all of them. */
  readonly packings: readonly ObservedPacking[]
}

/** Asks every question under every budget, without reranking, and keeps what `explain` says of relevance. */
export async function observeQuestions(
  session: Session,
  index: IndexName,
  set: AbstainSet,
  { queries, isOwn, budgets }: { readonly queries: readonly Query[]; readonly isOwn: boolean; readonly budgets: readonly number[] },
): Promise<readonly ObservedQuestion[]> {
  const holdsEvidence = evidenceFinder(set)
  const progress = session.terminal.progress(`${set.name}, ${isOwn ? 'own' : 'foreign'}`, queries.length)
  try {
    return await inOrder(queries, async (query) => {
      const packings = await inOrder(budgets, async (budget) => {
        const answer = await ask(session, index, query.text, budget, 0, { mode: 'quick', explain: true })
        const told = answer.explain?.relevance
        return told === undefined ? [] : [{ told, found: isOwn && holdsEvidence(query, answer) }]
      })
      progress.advance(1)
      return { dev: inHalf(query.id, 'dev'), isOwn, packings: packings.flat() }
    })
  } finally {
    progress.stop()
  }
}
