import { isRelevant, type Grades } from './judgements.ts'

/** 1 when a relevant document stands among the first `k`, otherwise 0 (trec_eval's `success_k`). */
export const successAt = (ranking: readonly string[], grades: Grades, k: number): number =>
  ranking.slice(0, k).some((doc) => isRelevant(grades, doc)) ? 1 : 0
