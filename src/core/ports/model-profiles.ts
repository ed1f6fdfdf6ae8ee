import type { EvidenceModel } from '../evidence/model.ts'
import type { Embedder } from './embedder.ts'
import type { Reranker } from './reranker.ts'

/**
 * Logistic calibration (Platt 1999) of what is known about a candidate into the probability that it is relevant:
 * p = 1 / (1 + exp(-(score * s + cosine * c + intercept))), s the ranking score in [0, 1], c the cosine to the query.
 * Where there is no vector leg, `neutralCosine` (the mean cosine of relevant passages) stands in, so that a fallback's values
 * are not cut by a threshold meant for the full search.
 */
export interface Calibration {
  readonly score: number
  readonly cosine: number
  readonly neutralCosine: number
  readonly intercept: number
}

/** What a profile brings besides its models: settings that were measured for them. */
export interface ProfileSettings {
  /** Weight of the vector leg in the fused score, 0 to 1; the lexical leg has the rest. */
  readonly vectorWeight: number
  /** Weight of the reranker's min-max-normalised score in the mixed score, 0 to 1. */
  readonly rerankWeight: number
  /** Mode `auto` reranks where the two best fused scores are closer than this, in [0, 1]. */
  readonly rerankMargin: number
  readonly calibration: Calibration
}

/** One model profile. Queries and passages have their own lanes, so that a question never waits behind a batch. */
export interface Profile {
  readonly name: string
  readonly queries: Embedder
  readonly passages: Embedder
  readonly reranker: Reranker | null
  /** What a sentence is worth under the scores of this embedder, or of the nearest one that weights were fitted for. */
  readonly evidence: EvidenceModel
  readonly settings: ProfileSettings
}

export interface ModelProfiles {
  readonly names: readonly string[]
  /** Loads at most once; rejects `unknown_profile` or `model_unavailable`. */
  open(name: string): Promise<Profile>
  close(): Promise<void>
}
