/** A probability, what came of it (0 to 1), and how much it counts. */
export interface Forecast {
  readonly p: number
  readonly y: number
  readonly weight: number
}

const BINS = 10

/**
 * Expected calibration error over ten bins of equal weight (Naeini, Cooper and Hauskrecht 2015; Nguyen and O'Connor 2015 for the adaptive bins): most
 * sentences are hardly probable, and bins of equal width would hold nearly all of them in one.
 */
export function calibrationError(forecasts: readonly Forecast[]): number {
  const sorted = forecasts.toSorted((a, b) => a.p - b.p)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  const gaps = new Float64Array(BINS)
  let before = 0
  for (const { p, y, weight } of sorted) {
    const bin = Math.min(BINS - 1, Math.floor((before / total) * BINS))
    gaps[bin] = (gaps[bin] ?? 0) + weight * (y - p)
    before += weight
  }
  return total === 0 ? 0 : gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / total
}
