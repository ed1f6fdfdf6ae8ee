import { invariant } from '../../src/core/errors.ts'
import type { Grades } from './judgements.ts'

/** `exponential` is 2^grade - 1 (Burges et al. 2005), `linear` the grade itself (Järvelin and Kekäläinen 2002, trec_eval). Equal for grades of 0 and 1. */
export type Gain = 'exponential' | 'linear'

/** Normalised discounted cumulated gain of the first `k`, 0 to 1; discount log2(rank + 1), ideal order over all judged documents. */
export function ndcgAt(ranking: readonly string[], grades: Grades, k: number, gain: Gain): number {
  const ideal = dcg([...grades.values()].sort((a, b) => b - a).slice(0, k), gain)
  invariant(ideal > 0, 'nDCG of a query without a relevant document')
  const found = ranking.slice(0, k).map((doc) => grades.get(doc) ?? 0)
  return dcg(found, gain) / ideal
}

const dcg = (grades: readonly number[], gain: Gain): number =>
  grades.reduce((sum, grade, index) => sum + gainOf(grade, gain) / Math.log2(index + 2), 0)

const gainOf = (grade: number, gain: Gain): number => (grade <= 0 ? 0 : gain === 'linear' ? grade : 2 ** grade - 1)
