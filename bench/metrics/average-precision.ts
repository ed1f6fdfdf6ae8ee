import { invariant } from '../../src/core/errors.ts'
import { isRelevant, relevantCount, type Grades } from './judgements.ts'

/** Mean over all relevant documents of the precision at their rank, 0 for those not in the ranking (trec_eval's `map`, as deep as the ranking goes). */
export function averagePrecision(ranking: readonly string[], grades: Grades): number {
  const relevant = relevantCount(grades)
  invariant(relevant > 0, 'average precision of a query without a relevant document')
  let found = 0
  let sum = 0
  for (const [index, doc] of ranking.entries()) {
    if (!isRelevant(grades, doc)) continue
    found += 1
    sum += found / (index + 1)
  }
  return sum / relevant
}
