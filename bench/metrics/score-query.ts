import { averagePrecision } from './average-precision.ts'
import type { Grades } from './judgements.ts'
import { reciprocalRankAt } from './mrr.ts'
import { ndcgAt } from './ndcg.ts'
import { recallAt } from './recall.ts'
import { successAt } from './success.ts'

/** Figures of one query by metric name: `ndcg@10` (exponential gain), `ndcg_linear@10`, `mrr@10`, `map`, `recall@k`, `success@k`. */
export type Scores = Readonly<Record<string, number>>

/** `ranking` holds each document once, best first. */
export function scoreQuery(ranking: readonly string[], grades: Grades, ks: readonly number[]): Scores {
  const scores: Record<string, number> = {
    'ndcg@10': ndcgAt(ranking, grades, 10, 'exponential'),
    'ndcg_linear@10': ndcgAt(ranking, grades, 10, 'linear'),
    'mrr@10': reciprocalRankAt(ranking, grades, 10),
    map: averagePrecision(ranking, grades),
  }
  for (const k of ks) {
    scores[`recall@${k}`] = recallAt(ranking, grades, k)
    scores[`success@${k}`] = successAt(ranking, grades, k)
  }
  return scores
}
