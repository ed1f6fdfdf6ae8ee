import type { EvidenceScorer } from '../evidence/model.ts'
import { logistic, type LogisticWeights } from '../logistic/logistic.ts'
import { RELEVANCE_SIGNALS, type RelevanceSignal, type RelevanceSignals } from './signals.ts'

/**
 * What speaks for the evidence being in the context, after packing: the relevance of the index to the question; the share of the expected evidence of all
 * candidates that the context shows; and ln(1 + tokens) of what it shows.
 */
export const SHOWN_SIGNALS = ['relevance', 'shown', 'tokens'] as const
export type ShownSignal = (typeof SHOWN_SIGNALS)[number]
export type ShownSignals = Readonly<Record<ShownSignal, number>>

export interface ConfidenceModel {
  readonly name: string
  /** Fingerprint of the embedder whose cosines `hybrid` was fitted to. */
  readonly embedder: string
  /** By what ranked the candidates; without a vector leg, cosines weigh nothing. */
  readonly relevance: Readonly<Record<EvidenceScorer, LogisticWeights<RelevanceSignal>>>
  readonly confidence: LogisticWeights<ShownSignal>
}

/** Probability in (0, 1) that the index can answer the question. */
export const relevanceOf = (model: Pick<ConfidenceModel, 'relevance'>, scorer: EvidenceScorer, signals: RelevanceSignals): number =>
  logistic(RELEVANCE_SIGNALS, model.relevance[scorer], signals)

/** Probability that evidence is in the context; 0 where the context shows nothing. */
export const confidenceOf = (model: ConfidenceModel, signals: ShownSignals): number =>
  signals.tokens === 0 ? 0 : logistic(SHOWN_SIGNALS, model.confidence, signals)
