import { invariant } from '../../src/core/errors.ts'

/** The value at percentile `p` (0 to 100) with linear interpolation between neighbours (method 7 of Hyndman and Fan, NumPy's default). */
export function percentile(values: readonly number[], p: number): number {
  invariant(values.length > 0, 'a percentile of no values')
  invariant(p >= 0 && p <= 100, `percentile ${p}`)
  const sorted = Float64Array.from(values).sort()
  const position = (p / 100) * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below] ?? 0
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? low
  return low + (high - low) * (position - below)
}
