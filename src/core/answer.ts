import type { RelevanceSignals } from './confidence/signals.ts'
import type { EvidenceScorer } from './evidence/model.ts'
import type { ChunkId, DocumentId, IndexName, IndexVersion, RequestId, Revision } from './ids.ts'
import type { Plan } from './plan/plan.ts'
import type { Pages, Span } from './types.ts'

/** What one leg said about a candidate. Ranks count from 1. Evidence is added, never overwritten. */
export interface Evidence {
  readonly leg: 'lexical' | 'vector' | 'fused' | 'rerank'
  readonly rank: number
  readonly score: number
}

/** `no_new_context`: everything relevant was sent before in this session. */
export type Outcome = 'ok' | 'budget_too_small' | 'no_relevant_context' | 'no_new_context'

/** Why a candidate is not in the context; one reason each. */
export const DROP_REASONS = [
  'duplicate',
  'covered_by',
  'over_budget',
  'low_value',
  'per_document_cap',
  'per_source_cap',
  'already_sent',
  'forbidden',
  'abstained',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

/** How a passage is shown, smallest first: its best sentences, the chunk, the chunk with its neighbours, the section. */
export const VARIANT_KINDS = ['sentences', 'chunk', 'joined', 'section'] as const
export type VariantKind = (typeof VARIANT_KINDS)[number]

export const STAGE_STATUSES = ['ok', 'not_planned', 'skipped', 'degraded', 'timeout', 'failed'] as const
export type StageStatus = (typeof STAGE_STATUSES)[number]

export interface StageRecord {
  readonly name: string
  readonly status: StageStatus
  readonly ms: number
  readonly in: number
  readonly out: number
  readonly reason: string | null
}

export interface Item {
  readonly id: ChunkId
  readonly doc: DocumentId
  readonly title: string
  readonly uri: string | null
  readonly heading: string
  readonly span: Span
  /** Pages of the chunks that it shows some of; null for a document without pages. */
  readonly pages: Pages | null
  readonly kind: VariantKind
  /** Tokens of this item as rendered: citation mark, heading line and text; the document's own heading not. */
  readonly tokens: number
  /** Calibrated probability that the passage is relevant, 0 to 1. */
  readonly score: number
  readonly citation: string
  /** Ids of every chunk that the item shows some of; the first is `id`. */
  readonly chunks: readonly ChunkId[]
  readonly also: readonly { readonly doc: DocumentId; readonly span: Span }[]
}

export interface Dropped {
  readonly id: ChunkId
  readonly doc: DocumentId
  readonly tokens: number
  readonly score: number
  readonly reason: DropReason
  /** The passage that says the same, where the reason is `duplicate` or `covered_by`. */
  readonly duplicateOf: ChunkId | null
}

/** What a larger budget would buy. */
export interface NextTokens {
  /** Tokens beyond those of the context. */
  readonly tokens: number
  /** Expected evidence added, in the units of `packing.price_per_1k_tokens`. */
  readonly gain: number
  readonly adds: readonly ChunkId[]
}

/** What the session knows after this answer. */
export interface SessionState {
  readonly name: string
  /** Requests of this session that were answered, this one included. */
  readonly turns: number
  readonly tokensUsed: number
  /** Null is no limit. */
  readonly tokensLeft: number | null
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export const RULE_EFFECTS = ['require', 'pin', 'forbid', 'abstain'] as const

/** A rule of the configuration that applied, and what it did. */
export interface AppliedRule {
  readonly name: string
  readonly version: string
  readonly effect: (typeof RULE_EFFECTS)[number]
  readonly documents: readonly DocumentId[]
}

export interface Usage {
  /** The encoding that counted, or `estimate(<model>)` where no public tokenizer exists. */
  readonly tokenizer: string
  readonly budgetTokens: number
  readonly contextTokens: number
  /** `contextTokens` by what they show: text of documents, their titles and headings, citation marks, and the template with its notice. */
  readonly evidenceTokens: number
  readonly headingTokens: number
  readonly citationTokens: number
  readonly templateTokens: number
  /** Rendered tokens of every candidate that reached packing. */
  readonly candidateTokens: number
  /** What the ten best candidates would have taken as whole passages, duplicates included, less `contextTokens`; not below 0. */
  readonly savedTokens: number
  /** Share of `candidateTokens` that says again what better candidates say, 0 to 1. */
  readonly redundantShare: number
  readonly embedTokens: number
  readonly rerankPairs: number
  readonly costUsd: number
}

export interface Receipt {
  readonly index: IndexName
  readonly version: IndexVersion
  readonly revision: Revision
  /** Hash over the content hashes of the documents of the revision. */
  readonly content: string
  /** Model profile of the index. */
  readonly profile: string
  readonly embedder: string
  readonly reranker: string | null
  readonly intentModel: string
  readonly packer: string
  /** What values and confidence were calibrated with. */
  readonly calibration: string
  readonly template: string
  readonly config: string
  readonly cohort: string
}

export interface ExplainedCandidate {
  readonly id: ChunkId
  readonly doc: DocumentId
  readonly evidence: readonly Evidence[]
  readonly value: number
  /** As a whole chunk. */
  readonly tokens: number
  /** Smallest first; `gain` is what it would add to what was packed at the end, 0 for what is packed. */
  readonly variants: readonly { readonly kind: VariantKind; readonly span: Span; readonly tokens: number; readonly gain: number }[]
  readonly fate: 'packed' | DropReason
  /** The step of packing, from 1, at which the candidate was first packed; null where it was not. */
  readonly step: number | null
}

/** What a short question of a session left out, and where it was found. */
export interface FollowUp {
  /** What was carried over into the search. */
  readonly carried: readonly string[]
  /** The question of the session that it was taken from. */
  readonly from: string
}

/** Whether the index can answer the question, and what `confidence` adds to that. */
export interface ExplainedRelevance {
  readonly probability: number
  /** Less than this is not answered. */
  readonly threshold: number
  readonly scorer: EvidenceScorer
  readonly signals: RelevanceSignals
  /** Share of the expected evidence that the context shows, and ln(1 + tokens) of it. */
  readonly shown: number
  readonly tokens: number
}

export interface Explanation {
  /** What was searched, derived from the query. */
  readonly lexicalQuery: string
  readonly vectorQuery: string
  readonly identifiers: readonly string[]
  readonly intents: readonly { readonly label: string; readonly confidence: number; readonly share: number }[]
  readonly plan: Omit<Plan, 'intents'>
  /** What the query asks for in parts; coverage of each comes before more of any. */
  readonly facets: readonly string[]
  readonly followUp: FollowUp | null
  readonly relevance: ExplainedRelevance
  readonly candidates: readonly ExplainedCandidate[]
}

export interface Answer {
  readonly id: RequestId
  readonly outcome: Outcome
  readonly context: string
  readonly items: readonly Item[]
  readonly dropped: readonly Dropped[]
  readonly intent: { readonly label: string; readonly confidence: number }
  readonly confidence: number
  readonly minTokens: number | null
  readonly next: readonly NextTokens[]
  /** Titles of the nearest documents where nothing was relevant; empty otherwise. */
  readonly hints: readonly { readonly doc: DocumentId; readonly title: string }[]
  readonly usage: Usage
  readonly session: SessionState | null
  readonly rules: readonly AppliedRule[]
  readonly stages: readonly StageRecord[]
  readonly degraded: boolean
  readonly receipt: Receipt
  readonly explain: Explanation | null
}
