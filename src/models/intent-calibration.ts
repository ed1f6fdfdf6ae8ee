/**
 * Naive Bayes counts dependent evidence twice and is far too sure of itself. Dividing its log posteriors by one temperature
 * makes its confidences true on average (Guo et al. 2017, "On Calibration of Modern Neural Networks", temperature scaling).
 * This is `fitTemperature` of the cross-validated training split; a test fits it again.
 */
export const TEMPERATURE = 2.5

export interface Scored {
  readonly scores: ReadonlyMap<string, number>
  readonly label: string
}

/** Softmax of `scores / temperature`. */
export function calibrated(scores: ReadonlyMap<string, number>, temperature: number): Map<string, number> {
  const top = Math.max(...scores.values())
  const weights = [...scores].map(([label, score]) => [label, Math.exp((score - top) / temperature)] as const)
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
  return new Map(weights.map(([label, weight]) => [label, weight / total]))
}

/** The temperature between 0.5 and 10, in steps of 0.05, under which the true labels have the largest likelihood. */
export function fitTemperature(scored: readonly Scored[]): number {
  let best = { temperature: 1, loss: Infinity }
  for (let step = 10; step <= 200; step++) {
    const temperature = step / 20
    const loss = scored.reduce((sum, { scores, label }) => sum - Math.log(calibrated(scores, temperature).get(label) ?? 0), 0)
    if (loss < best.loss) best = { temperature, loss }
  }
  return best.temperature
}
