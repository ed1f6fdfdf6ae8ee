/** Logistic regression: p = 1 / (1 + exp(-(intercept + Σ weight · signal))). */
export interface LogisticWeights<Signal extends string> {
  readonly intercept: number
  readonly weights: Readonly<Record<Signal, number>>
}

/** Probability in (0, 1). Summed in the order of `names`, so that it is the same wherever it is computed. */
export function logistic<Signal extends string>(
  names: readonly Signal[],
  { intercept, weights }: LogisticWeights<Signal>,
  signals: Readonly<Record<Signal, number>>,
): number {
  return 1 / (1 + Math.exp(-names.reduce((sum, name) => sum + weights[name] * signals[name], intercept)))
}
