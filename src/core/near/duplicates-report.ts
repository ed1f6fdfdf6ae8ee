/** Chunks and their tokens: of the first encoding of the index, or a quarter of the characters where it counts none. */
export interface Amount {
  readonly chunks: number
  readonly tokens: number
}

/** What stands in one source (`sourceOf`), and how much of it a reader who has the rest would not miss. The three kinds do not overlap. */
export interface SourceDuplicates extends Amount {
  readonly source: string
  /** Documents with a chunk. */
  readonly documents: number
  /** The same text as a chunk before. */
  readonly exact: Amount
  /** Nearly the same text as another chunk, which founded its group; whether it states the same or not. */
  readonly near: Amount
  /** Places of boilerplate that are not searched. */
  readonly boilerplate: Amount
  /** Tokens of the three kinds over all tokens. */
  readonly redundantShare: number
}

/** Chunks that are the same or nearly the same. */
export interface DuplicateGroup {
  readonly chunks: number
  readonly tokens: number
  /** Beginning of its text. */
  readonly text: string
  /** Some of the documents that hold it. */
  readonly documents: readonly string[]
}

export interface DuplicatesReport {
  readonly total: SourceDuplicates
  /** Most tokens first; those beyond the limit are one, named `…`. */
  readonly sources: readonly SourceDuplicates[]
  /** Most chunks first. */
  readonly groups: readonly DuplicateGroup[]
}
