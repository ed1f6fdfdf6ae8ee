import type { VariantKind } from '../answer.ts'
import type { ChunkId, DocumentId } from '../ids.ts'
import type { Span } from '../types.ts'

/** The smallest thing that is packed, never cut: a sentence, table row, list item or line group of a stored chunk. */
export interface Unit {
  /** In the document, leading white space included. */
  readonly span: Span
  readonly text: string
  /** UTF-16 units of white space that the span begins with. */
  readonly lead: number
  /** What the unit adds behind the one before it: its leading white space included, counts add up. */
  readonly tokens: number
  /** Calibrated probability that it is evidence, 0 to 1. */
  readonly value: number
  /** Near-identical units of all passages share a cluster; numbers count from 0. */
  readonly cluster: number
  /** Degree, 0 to 1, to which it speaks of each facet of the query; as many numbers as `PackRules.facets`. */
  readonly facets: readonly number[]
}

/** The units `[from, to)` of a passage that come from one stored chunk. */
export interface Part {
  readonly chunk: ChunkId
  readonly from: number
  readonly to: number
}

/** One way to show a passage: the contiguous run `[from, to)` of its units. */
export interface Variant {
  readonly kind: VariantKind
  readonly from: number
  readonly to: number
  /** As rendered under a citation mark of its own: body with its start trimmed, mark, excerpt marks and tail; without the document's heading. */
  readonly tokens: number
}

/** A candidate chunk, with the neighbour chunks that were loaded around it. Passages do not overlap: a unit belongs to one. */
export interface Passage {
  /** The candidate; one of `parts`. */
  readonly chunk: ChunkId
  readonly doc: DocumentId
  /** What the share of one source is measured by. */
  readonly source: string
  /** Among all candidates, from 1; resolves ties before the chunk id does. */
  readonly rank: number
  /** The document's heading as rendered, paid once for all passages of the document. */
  readonly headTokens: number
  /** Of a document that must be in the answer. */
  readonly required: boolean
  readonly units: readonly Unit[]
  /** In reading order, without gaps. */
  readonly parts: readonly Part[]
  /** A chain, smallest first: each run holds the one before and costs more. At most one is packed. */
  readonly variants: readonly Variant[]
}
