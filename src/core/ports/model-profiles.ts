import type { ConfidenceModel } from '../confidence/model.ts'
import type { EvidenceModel } from '../evidence/model.ts'
import type { Embedder } from './embedder.ts'
import type { Reranker } from './reranker.ts'

/** What a profile brings besides its models: settings that were measured for them. */
export interface ProfileSettings {
  /** Weight of the vector leg in the fused score, 0 to 1; the lexical leg has the rest. */
  readonly vectorWeight: number
  /** Weight of the reranker's min-max-normalised score in the mixed score, 0 to 1. */
  readonly rerankWeight: number
  /** Mode `auto` reranks where the two best fused scores are closer than this, in [0, 1]. */
  readonly rerankMargin: number
}

/** One model profile. Queries and passages have their own lanes, so that a question never waits behind a batch. */
export interface Profile {
  readonly name: string
  readonly queries: Embedder
  readonly passages: Embedder
  readonly reranker: Reranker | null
  /** What a sentence is worth under the scores of this embedder, or of the nearest one that weights were fitted for. */
  readonly evidence: EvidenceModel
  /** How likely an index answers a question, and a context holds the evidence; of this embedder or the nearest one. */
  readonly confidence: ConfidenceModel
  readonly settings: ProfileSettings
}

export interface ModelProfiles {
  readonly names: readonly string[]
  /** Loads at most once; rejects `unknown_profile` or `model_unavailable`. */
  open(name: string): Promise<Profile>
  close(): Promise<void>
}
