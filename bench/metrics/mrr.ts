import { isRelevant, type Grades } from './judgements.ts'

/** One over the rank of the first relevant document among the first `k`; 0 where there is none. */
export function reciprocalRankAt(ranking: readonly string[], grades: Grades, k: number): number {
  const index = ranking.slice(0, k).findIndex((doc) => isRelevant(grades, doc))
  return index === -1 ? 0 : 1 / (index + 1)
}
