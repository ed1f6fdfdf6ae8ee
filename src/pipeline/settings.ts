import type { Prices } from '../core/cost.ts'
import type { IntentPlans } from '../core/plan/plan-for.ts'
import type { RuleSettings } from '../core/rules/apply-rules.ts'
import type { SentencesSettings } from './sentences.ts'
import type { SessionSettings } from './session.ts'

/** What the query path takes from the configuration. Milliseconds, tokens, counts as named; see docs/configuration.md. */
export interface PipelineSettings extends SentencesSettings {
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
    readonly repeatedShare: number
    readonly maxItems: number
    readonly perDocument: number | null
    readonly perSource: number | null
    readonly shareFloorTokens: number
    readonly requiredDocuments: number
    readonly requiredShare: number
    readonly excerpts: boolean
    readonly maxVariants: number
    readonly shortUnitTokens: number
    readonly contextUnits: number
    readonly neighbours: number
    readonly neighbourPassages: number
    readonly facets: boolean
    readonly facetWeight: number
    readonly nextTokens: readonly number[]
    readonly confidenceThreshold: number
    readonly noticeConfidence: number
    readonly staleDays: number
    readonly staleField: string
  }
  readonly sessions: SessionSettings
  readonly rules: RuleSettings
  readonly intents: IntentPlans
  readonly prices: Prices
  /** Hash of the effective configuration. */
  readonly configHash: string
}
