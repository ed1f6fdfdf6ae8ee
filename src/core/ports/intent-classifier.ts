/**
 * Labels a query with what its asker wants.
 *
 * - Every known label once, by descending confidence (ties by label); confidences are calibrated probabilities and sum to 1 (±1e-6).
 * - Synchronous and under a millisecond; the empty query gives the prior of the training data.
 * - `fingerprint` changes with the examples and with the settings.
 */
export interface IntentClassifier {
  readonly fingerprint: string
  readonly labels: readonly string[]
  classify(query: string): readonly IntentLabel[]
}

export interface IntentLabel {
  readonly label: string
  readonly confidence: number
}
