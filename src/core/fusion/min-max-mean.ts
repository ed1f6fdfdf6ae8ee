import { fuseLegs, type Fused, type Leg } from './fused.ts'

/**
 * Weighted mean of min-max-normalised scores (Fox and Shaw 1994, CombSUM over normalised scores): within a leg the best hit
 * gets 1 and the last one 0; a leg whose scores are all equal gives 1 to each. Weights are expected to sum to 1.
 */
export function minMaxMean(legs: readonly Leg[]): readonly Fused[] {
  return fuseLegs(legs, (hits) => minMax(hits.map((hit) => hit.score)))
}

export function minMax(scores: readonly number[]): readonly number[] {
  let low = Infinity
  let high = -Infinity
  for (const score of scores) {
    low = Math.min(low, score)
    high = Math.max(high, score)
  }
  return scores.map((score) => (high > low ? (score - low) / (high - low) : 1))
}
