import type { ChunkId, DocumentId, IndexName, IndexVersion, RequestId, Revision, TenantId } from './ids.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type Metadata = Readonly<Record<string, Json>>

/** Half-open range of UTF-16 code units into the stored parsed text of a document: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

// ---------------------------------------------------------------- indexes

export type FieldType = 'keyword' | 'number' | 'date' | 'boolean'

/** Tokenizer encodings whose counts an index can store per sentence. */
export type Encoding = 'o200k_base' | 'cl100k_base' | 'p50k_base' | 'r50k_base'

export type ChunkUnit = 'chunk' | 'document'

/** What an index promises about its content. Fixed at creation. */
export interface IndexDeclaration {
  readonly name: IndexName
  /** Model profile whose embedder filled the index. */
  readonly profile: string
  /** Language of the full-text index (stemmer and stop words), as LanceDB names it: `English`, `German`, … */
  readonly language: string
  readonly encodings: readonly Encoding[]
  /** Filterable metadata fields; they get columns and scalar indexes. Other metadata is stored and returned only. */
  readonly fields: Readonly<Record<string, FieldType>>
  /** `document` keeps every document as one row (for corpora of short passages and for evaluation). */
  readonly unit: ChunkUnit
}

export interface IndexCounts {
  readonly documents: number
  readonly chunks: number
}

// ---------------------------------------------------------------- filters

export type FilterValue = string | number | boolean

/** A typed tree; `indexes/filters.ts` is the only place that turns one into SQL. */
export type Filter =
  | { readonly op: 'and' | 'or'; readonly all: readonly Filter[] }
  | { readonly op: 'not'; readonly filter: Filter }
  | { readonly op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; readonly field: string; readonly value: FilterValue }
  | { readonly op: 'in'; readonly field: string; readonly values: readonly FilterValue[] }
  | { readonly op: 'exists'; readonly field: string }

// ---------------------------------------------------------------- documents

/** What a source hands over, before parsing. */
export interface RawDocument {
  readonly id: DocumentId
  readonly title: string | null
  readonly uri: string | null
  /** `text/markdown`, `text/html`, `text/plain`, … as declared by the source. */
  readonly mediaType: string
  readonly content: string
  readonly metadata: Metadata
}

export type BlockKind = 'heading' | 'paragraph' | 'list' | 'table' | 'code' | 'quote' | 'other'

/** A structural unit of parsed text. Blocks do not overlap and stand in reading order. */
export interface Block {
  readonly kind: BlockKind
  readonly span: Span
  /** 1 to 6 for headings, otherwise 0. */
  readonly level: number
  /** Headings above this block, outermost first, without the document title. */
  readonly headingPath: readonly string[]
}

/** The stored form of a document; every span in the system points into `text`. */
export interface ParsedDocument {
  readonly id: DocumentId
  readonly title: string
  readonly uri: string | null
  readonly mediaType: string
  readonly text: string
  readonly metadata: Metadata
  /** Hash of everything that decides the stored rows: raw content, title, uri, metadata, parser and chunker version. */
  readonly contentHash: string
}

/**
 * A piece of a document as stored. `text === document.text.slice(span.start, span.end)`, always.
 * `sentences` are offsets into `text`; they cover it without gaps (each takes its leading white space),
 * so that the token counts of `sentenceTokens[encoding]` add up to the count of `text`.
 */
export interface Chunk {
  readonly id: ChunkId
  readonly doc: DocumentId
  /** Position in the document, from 0; neighbours are `ordinal - 1` and `ordinal + 1`. */
  readonly ordinal: number
  readonly title: string
  readonly uri: string | null
  readonly headingPath: readonly string[]
  readonly span: Span
  readonly text: string
  /** Hash of the normalised text: equal for exact duplicates wherever they stand. */
  readonly textHash: string
  readonly sentences: readonly Span[]
  readonly sentenceTokens: Readonly<Partial<Record<Encoding, readonly number[]>>>
  readonly metadata: Metadata
}

export interface EmbeddedChunk {
  readonly chunk: Chunk
  /** Unit length, as many numbers as the index has dimensions. */
  readonly vector: Float32Array
}

/** Everything a writer needs to replace one document in one commit. */
export interface IndexedDocument {
  readonly document: ParsedDocument
  readonly chunks: readonly EmbeddedChunk[]
}

/** Title (and heading path) as they stand in front of a passage in what is embedded and searched, or the empty string. */
export interface DocumentSummary {
  readonly id: DocumentId
  readonly title: string
  readonly uri: string | null
  readonly mediaType: string
  readonly metadata: Metadata
  readonly contentHash: string
  readonly characters: number
  readonly chunks: number
}

/** Another place where the same text stands. */
export interface Place {
  readonly chunk: ChunkId
  readonly doc: DocumentId
  readonly span: Span
  readonly textHash: string
}

// ---------------------------------------------------------------- requests

export type Mode = 'auto' | 'quick' | 'thorough'
export type Render = 'markdown' | 'xml' | 'json' | 'plain'
export const BUILT_IN_INTENTS = ['lookup', 'how_to', 'troubleshoot', 'compare', 'overview', 'exact', 'chitchat'] as const

export interface Budget {
  readonly tokens: number
  /** A tokenizer encoding or a model name; which one decides `usage.tokenizer`. */
  readonly tokenizer: string
  readonly maxItems: number | null
  /** Largest share of the budget that one document may take, in (0, 1]; null is no cap. */
  readonly perDocument: number | null
}

export interface RetrieveRequest {
  readonly query: string
  readonly index: IndexName
  readonly budget: Budget
  readonly filter: Filter | null
  /** Forces an intent; null classifies. */
  readonly intent: string | null
  readonly mode: Mode
  readonly deadlineMs: number
  readonly feature: string | null
  readonly render: Render
  readonly explain: boolean
}

// ---------------------------------------------------------------- evidence

/** What one leg said about a candidate. Ranks count from 1. Evidence is added, never overwritten. */
export interface Evidence {
  readonly leg: 'lexical' | 'vector' | 'fused' | 'rerank'
  readonly rank: number
  readonly score: number
}

// ---------------------------------------------------------------- answers

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
  readonly plan: Readonly<Record<string, Json>>
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

// ---------------------------------------------------------------- callers

export type Scope = 'retrieve' | 'ingest' | 'admin'

/** Who is asking. The owner of the data directory (its socket) and an open loopback service act as the default tenant with every scope. */
export interface Caller {
  readonly tenant: TenantId
  readonly scopes: readonly Scope[]
  /** Id of the API key, null for the owner of the data directory. */
  readonly key: string | null
}
