import type { ErrorCode } from '../../src/core/errors.ts'
import type { RawDocument } from '../../src/core/types.ts'

/** A document that a source could not read. */
export interface SourceFailure {
  /** What a person would look for: a path, or `<file>:<line>`. */
  readonly id: string
  readonly code: ErrorCode
  readonly message: string
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

/** Media types by file name extension: what a folder is searched for. */
export const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.md': 'text/markdown',
  '.markdown': 'text/markdown',
  '.mdx': 'text/mdx',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.txt': 'text/plain',
}

export const JSON_LINES = '.jsonl'
