/** What a template shows of one passage. */
export interface Passage {
  /** From 1. */
  readonly citation: number
  readonly title: string
  readonly heading: string
  readonly uri: string | null
  readonly text: string
}

/**
 * How passages become the string that goes into a prompt: `open`, the passages with `separator` between them, `close`.
 *
 * - Passages meet at a newline, so that their token counts add up (measured: seams at newlines were never off), and what is
 *   fixed stands in front, byte-stable.
 * - No document can forge a citation mark or close a passage: `escape` sees to that, and leaves ordinary text as it is where the
 *   format allows, so that stored token counts stay valid.
 * - `version` follows semantic versioning: it changes whenever the same passages would render differently.
 */
export interface Template {
  readonly name: string
  readonly version: string
  readonly open: string
  readonly close: string
  readonly separator: string
  /** What stands before the body. */
  head(passage: Omit<Passage, 'text'>): string
  /** The body made harmless for this template. */
  escape(text: string): string
  /** What stands after the body. */
  readonly tail: string
}

export function renderPassage(template: Template, passage: Passage): string {
  return template.head(passage) + template.escape(passage.text) + template.tail
}

/** The whole context; the empty string for no passages. */
export function renderContext(template: Template, passages: readonly Passage[]): string {
  if (passages.length === 0) return ''
  const rendered = passages.map((passage) => renderPassage(template, passage))
  return template.open + rendered.join(template.separator) + template.close
}

/** The mark that a reader cites a passage by. */
export function citationMark(citation: number): string {
  return `[${citation}]`
}
