import type { Limits } from './limits.ts'

/**
 * Scores (query, passage) pairs with a cross-encoder.
 *
 * - One finite score per passage, in order; higher is better; uncalibrated; comparable only within one call.
 * - All or nothing: on cancellation, deadline or failure it rejects and no score is delivered.
 * - Works in small batches and looks at `limits` between them.
 */
export interface Reranker {
  readonly name: string
  readonly fingerprint: string
  score(query: string, passages: readonly string[], limits: Limits): Promise<Float32Array>
}
