import { invariant } from '../../src/core/errors.ts'
import { createPrng } from '../prng.ts'
import { mean } from './mean.ts'
import { percentile } from './percentile.ts'

export type Interval = readonly [low: number, high: number]

export interface Difference {
  /** Mean of a minus mean of b. */
  readonly mean: number
  readonly interval: Interval
  /** Two-sided: how often a difference this large appears when there is none. Never 0: at least 1 / (resamples + 1). */
  readonly p: number
  readonly queries: number
}

const RESAMPLES = 2000
const SEED = 20_260_101

/** Percentile bootstrap 95 % interval of the mean (Efron 1979): queries are drawn with replacement. Deterministic. */
export function bootstrapInterval(values: readonly number[], resamples = RESAMPLES, seed = SEED): Interval {
  const means = resampledMeans(values, resamples, seed)
  return [percentile(means, 2.5), percentile(means, 97.5)]
}

/**
 * Paired difference of two runs over the same queries in the same order: the differences per query are resampled, so that
 * what makes a query hard for both cancels out. `p` by the shift method (Noreen 1989; Sakai 2006): the resampled means
 * moved to a true difference of zero.
 */
export function pairedDifference(a: readonly number[], b: readonly number[], resamples = RESAMPLES, seed = SEED): Difference {
  invariant(a.length === b.length, 'paired runs of different length')
  const differences = a.map((value, index) => value - (b[index] ?? 0))
  const observed = mean(differences)
  const means = resampledMeans(differences, resamples, seed)
  // Sums of floats differ in their last bits; without the slack a constant difference would not count as itself.
  const threshold = Math.abs(observed) - 1e-12
  const asLarge = means.filter((value) => Math.abs(value - observed) >= threshold).length
  return {
    mean: observed,
    interval: [percentile(means, 2.5), percentile(means, 97.5)],
    p: (asLarge + 1) / (resamples + 1),
    queries: a.length,
  }
}

function resampledMeans(values: readonly number[], resamples: number, seed: number): number[] {
  invariant(values.length > 0, 'a bootstrap of no values')
  const random = createPrng(seed)
  const source = Float64Array.from(values)
  return Array.from({ length: resamples }, () => {
    let sum = 0
    for (let drawn = 0; drawn < source.length; drawn += 1) sum += source[Math.floor(random() * source.length)] ?? 0
    return sum / source.length
  })
}
