import type { ChunkId, DocumentId, IndexName, TenantId } from './ids.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type Metadata = Readonly<Record<string, Json>>

/** Half-open range of UTF-16 code units into the stored parsed text of a document: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** First and last page, from 1. */
export type Pages = readonly [first: number, last: number]

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
  /** `text/markdown`, `application/pdf`, … as declared by the source; what the content is decides. */
  readonly mediaType: string
  /** Text, or the bytes of a file. */
  readonly content: string | Uint8Array
  readonly metadata: Metadata
}

/** A document whose content is text, whatever format the text is in. */
export interface TextDocument extends RawDocument {
  readonly content: string
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

/** A block as a parser hands it over: a heading also has its text without markup. */
export interface LabelledBlock extends Block {
  /** Plain text of a heading; of code, the line that defines it, which its later pieces carry as a heading; otherwise the empty string. */
  readonly label: string
}

/** What chunking needs to know of a document beside its text. */
export interface DocumentStructure {
  /** In reading order, not overlapping. */
  readonly blocks: readonly LabelledBlock[]
  /** Offset in the text where page i + 1 begins; empty without pages. */
  readonly pageStarts: readonly number[]
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
  /** Position in the document, from 0. */
  readonly ordinal: number
  /** The chunks before and behind it in the document; null at its ends. */
  readonly previous: ChunkId | null
  readonly next: ChunkId | null
  /** White space between the chunk before and this one; null where something else stands there (a heading), or no chunk is before. */
  readonly gap: string | null
  readonly title: string
  readonly uri: string | null
  readonly headingPath: readonly string[]
  readonly span: Span
  /** That it stands on; null for a document without pages. */
  readonly pages: Pages | null
  readonly text: string
  /** Hash of the normalised text: equal for exact duplicates wherever they stand. */
  readonly textHash: string
  readonly sentences: readonly Span[]
  readonly sentenceTokens: Readonly<Partial<Record<Encoding, readonly number[]>>>
  readonly metadata: Metadata
  /** The text stands in many documents of its source: it is searched at one of its places, whatever the others (`indexes/boilerplate.ts`). */
  readonly boilerplate?: true
  /** The group of another text that this one has joined: given by the index when the chunk is written; absent where it founds its own. */
  readonly near?: NearGroup
}

/** Chunks whose texts are nearly the same as one text, their founder (`src/core/near/`). */
export interface NearGroup {
  /** Text hash of the text that founded the group; it may have left the index since. */
  readonly founder: string
  /** Equal for chunks that state the same too, so that they may stand for each other; the founder itself is of the group of its text hash. */
  readonly group: string
}

export interface EmbeddedChunk {
  readonly chunk: Chunk
  /** Unit length, as many numbers as the index has dimensions. */
  readonly vector: Float32Array
}

/** Everything a writer needs to replace one document in one commit. */
export interface IndexedDocument {
  readonly document: ParsedDocument
  /** Kept with the document, so that another version of the index can be made from it. */
  readonly structure: DocumentStructure
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
  /** As in `Hit`. */
  readonly group: string
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
