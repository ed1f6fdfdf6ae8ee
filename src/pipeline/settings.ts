import type { Prices } from '../core/cost.ts'
import type { IntentPlans } from '../core/plan/plan-for.ts'

/** What the query path takes from the configuration. Milliseconds, tokens, counts as named; see docs/configuration.md. */
export interface PipelineSettings {
  readonly retrieve: {
    readonly candidates: number
    readonly widenFactor: number
    readonly depthMax: number
    readonly reserveMs: number
    readonly rerankMsPerPair: number
    readonly placesPerItem: number
    readonly lexicalTerms: number
    readonly lexicalCharacters: number
    readonly vectorCharacters: number
    readonly hierarchy: { readonly minChunks: number; readonly documents: number }
    readonly cohort: string
  }
  readonly packing: {
    readonly duplicateJaccard: number
    readonly maxItems: number
    readonly perDocument: number | null
    readonly shareFloorTokens: number
  }
  readonly intents: IntentPlans
  readonly prices: Prices
  /** Hash of the effective configuration. */
  readonly configHash: string
}
