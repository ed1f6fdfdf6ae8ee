import type { ErrorCode } from '../../src/core/errors.ts'
import type { RawDocument } from '../../src/core/types.ts'

/** A document that a source could not read. */
export interface SourceFailure {
  /** What a person would look for: a path, or `<file>:<line>`. */
  readonly id: string
  readonly code: ErrorCode
  readonly message: string
  /** What else may be hidden behind it: `below` when it stands for everything under its id, `anything` when for documents of any id. */
  readonly hides: 'below' | 'anything'
}

export interface Unread {
  readonly failure: SourceFailure
}

export type SourceItem = { readonly document: RawDocument } | Unread

export interface Source {
  /** How many documents there are, where that is cheap to know; null where it is not. Bad ones are counted too. */
  count(): Promise<number | null>
  items(): AsyncIterable<SourceItem>
}
