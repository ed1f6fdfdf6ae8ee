import type { ChunkId, DocumentId, IndexName, IndexVersion, RequestId, Revision } from './ids.ts'
import type { Plan } from './plan/plan.ts'
import type { Span } from './types.ts'

/** What one leg said about a candidate. Ranks count from 1. Evidence is added, never overwritten. */
export interface Evidence {
  readonly leg: 'lexical' | 'vector' | 'fused' | 'rerank'
  readonly rank: number
  readonly score: number
}

export type Outcome = 'ok' | 'budget_too_small' | 'no_relevant_context'
export type DropReason = 'duplicate' | 'over_budget' | 'low_value' | 'per_document_cap'
export type StageStatus = 'ok' | 'not_planned' | 'skipped' | 'degraded' | 'timeout' | 'failed'

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
  /** Tokens of this item as rendered, its heading and citation mark included, measured alone. */
  readonly tokens: number
  /** Calibrated probability that the passage is relevant, 0 to 1. */
  readonly score: number
  readonly citation: string
  readonly also: readonly { readonly doc: DocumentId; readonly span: Span }[]
}

export interface Dropped {
  readonly id: ChunkId
  readonly doc: DocumentId
  readonly tokens: number
  readonly score: number
  readonly reason: DropReason
  readonly duplicateOf: ChunkId | null
}

export interface Usage {
  /** The encoding that counted, or `estimate(<model>)` where no public tokenizer exists. */
  readonly tokenizer: string
  readonly budgetTokens: number
  readonly contextTokens: number
  /** Rendered tokens of every candidate that reached packing. */
  readonly candidateTokens: number
  readonly savedTokens: number
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
  readonly template: string
  readonly config: string
  readonly cohort: string
}

export interface ExplainedCandidate {
  readonly id: ChunkId
  readonly doc: DocumentId
  readonly evidence: readonly Evidence[]
  readonly value: number
  readonly tokens: number
  readonly fate: 'packed' | DropReason
}

export interface Explanation {
  /** What was searched, derived from the query. */
  readonly lexicalQuery: string
  readonly vectorQuery: string
  readonly identifiers: readonly string[]
  readonly intents: readonly { readonly label: string; readonly confidence: number; readonly share: number }[]
  readonly plan: Omit<Plan, 'intents'>
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
  readonly usage: Usage
  readonly stages: readonly StageRecord[]
  readonly degraded: boolean
  readonly receipt: Receipt
  readonly explain: Explanation | null
}
