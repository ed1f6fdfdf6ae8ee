/** What an intent (or the mix of several) asks of the query path. Every field is a decision that a stage reads; none is advice. */
export interface PlanSettings {
  /** False: nothing is searched and the answer is `no_relevant_context` at zero tokens. */
  readonly retrieves: boolean
  /** Candidates of the lexical leg; 0 leaves the leg out. */
  readonly lexicalDepth: number
  /** Candidates of the vector leg; 0 leaves the leg out. */
  readonly vectorDepth: number
  readonly fusion: 'min_max' | 'rrf'
  /** Weight of the vector leg in the fused score; null takes the profile's. */
  readonly vectorWeight: number | null
  /** `auto` reranks where it is likely to change the answer. */
  readonly rerank: 'never' | 'auto' | 'always'
  /** How many of the fused candidates a reranker sees at most. */
  readonly rerankDepth: number
  /** Weight of the reranker's score in the mix; null takes the profile's. */
  readonly rerankWeight: number | null
  /** Rank documents first where the index is large enough for it. */
  readonly hierarchy: boolean
  /** Most documents in one answer; null is no limit. */
  readonly maxDocuments: number | null
  /** Share of the request's budget that this intent uses, in (0, 1]. */
  readonly budgetShare: number
  /** Calibrated probability that 1,000 tokens must buy. */
  readonly pricePer1kTokens: number
}

export interface PlannedIntent {
  readonly label: string
  readonly confidence: number
  /** Shares of all planned intents sum to 1. */
  readonly share: number
}

export interface Plan extends PlanSettings {
  readonly intents: readonly PlannedIntent[]
  /** Whether one of the planned intents is marked critical by the operator: reranked in mode `auto`. */
  readonly critical: boolean
}

/** The intents that Ration knows by itself; operators add their own. */
export const BUILT_IN_INTENTS = ['lookup', 'how_to', 'troubleshoot', 'compare', 'overview', 'exact', 'chitchat'] as const
