import { logistic, type LogisticWeights } from '../logistic/logistic.ts'
import { FEATURES, type Feature, type Features } from './features.ts'

export type EvidenceWeights = LogisticWeights<Feature>

/** What ranked the chunks: both legs (with or without a reranker, whose mixed score keeps the scale), or words alone. */
export const EVIDENCE_SCORERS = ['hybrid', 'lexical'] as const
export type EvidenceScorer = (typeof EVIDENCE_SCORERS)[number]

/** Weights for each kind of ranking score, so that a value means the same probability whatever an answer had to do without. */
export interface EvidenceModel {
  readonly name: string
  /** Fingerprint of the embedder whose scores `hybrid` was fitted to. */
  readonly embedder: string
  readonly scorers: Readonly<Record<EvidenceScorer, EvidenceWeights>>
}

/** Probability in (0, 1) that a unit is evidence. */
export const evidenceProbability = (weights: EvidenceWeights, features: Features): number => logistic(FEATURES, weights, features)

/**
 * The weights for scores of this embedder (null: there was no vector leg). Those of another embedder are the nearest there is, since scores are
 * normalised per question; `reason` then says so, and is null otherwise.
 */
export function evidenceScorer(
  model: EvidenceModel,
  embedder: string | null,
): { readonly scorer: EvidenceScorer; readonly reason: string | null } {
  if (embedder === null) return { scorer: 'lexical', reason: null }
  return { scorer: 'hybrid', reason: embedder === model.embedder ? null : 'fitted_with_another_embedder' }
}
