import { fuseLegs, type Fused, type Leg } from './fused.ts'

/** The constant of Cormack, Clarke and Büttcher (2009). */
const K = 60

/**
 * Reciprocal rank fusion, weighted, and scaled so that first place in every leg scores 1: points = (K + 1) / (K + rank).
 * The scale does not change the order; it keeps scores comparable with those of `minMaxMean`.
 */
export function reciprocalRank(legs: readonly Leg[]): readonly Fused[] {
  return fuseLegs(legs, (hits) => hits.map((_, position) => (K + 1) / (K + position + 1)))
}
