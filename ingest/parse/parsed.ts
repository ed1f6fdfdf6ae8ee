import type { LabelledBlock, Metadata } from '../../src/core/types.ts'

/** A block as the chunker sees it: a heading also has its text without markup. */
export type ParsedBlock = LabelledBlock

/** What a parser makes of the content of a document: the text that is stored and its structure. */
export interface ParsedContent {
  readonly text: string
  /** In reading order, not overlapping; everything that is not white space stands in one of them. */
  readonly blocks: readonly ParsedBlock[]
  /** What the content says about its own title, best first: front matter or `<title>`, then its first heading of level 1. */
  readonly title: string | null
  /** From front matter or `<meta>`; explicit metadata goes before it. */
  readonly metadata: Metadata
  /** Offset in `text` where page i + 1 begins, in order; where a page has no text, that of the next one. Left out without pages. */
  readonly pageStarts?: readonly number[]
  /** What a reader should know about the way the text came about: pages without text, rows of odd length, … */
  readonly warnings?: readonly string[]
}
