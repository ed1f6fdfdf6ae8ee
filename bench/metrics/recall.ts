import { invariant } from '../../src/core/errors.ts'
import { isRelevant, relevantCount, type Grades } from './judgements.ts'

/** Share of the relevant documents that stand among the first `k`, 0 to 1 (trec_eval's `recall_k`). Callers leave out queries without a relevant document. */
export function recallAt(ranking: readonly string[], grades: Grades, k: number): number {
  const relevant = relevantCount(grades)
  invariant(relevant > 0, 'recall of a query without a relevant document')
  return ranking.slice(0, k).filter((doc) => isRelevant(grades, doc)).length / relevant
}
