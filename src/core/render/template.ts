/** A document as the context shows it: its title once, and under it what was packed of it, in reading order. */
export interface RenderedDocument {
  readonly title: string
  readonly items: readonly RenderedItem[]
}

/** What a template shows of one item. */
export interface RenderedItem extends ItemHead {
  readonly text: string
}

export interface ItemHead {
  /** From 1. */
  readonly citation: number
  /** Heading path above the item; empty where there is none, or where it stands above the item before. */
  readonly heading: string
  /** The text begins inside its section: something that stands before it was left out. */
  readonly excerpt: boolean
}

/**
 * How documents become the string that goes into a prompt: `open`, the documents, a notice if there is one, `close`. A document is its head,
 * its items with `itemSeparator` between them, and its end; documents have `documentSeparator` between them.
 *
 * - Parts meet at a newline, so that their token counts add up (measured: seams at newlines were never off), and what is
 *   fixed stands in front, byte-stable, so that a provider's prompt cache hits.
 * - No document can forge a citation mark or close an item: `escape` sees to that, and leaves ordinary text as it is where the
 *   format allows, so that stored token counts stay valid.
 * - `version` follows semantic versioning: it changes whenever the same items would render differently.
 */
export interface Template {
  readonly name: string
  readonly version: string
  readonly open: string
  readonly close: string
  readonly documentSeparator: string
  readonly documentEnd: string
  readonly itemSeparator: string
  documentHead(title: string): string
  /** What stands before the body of an item. */
  itemHead(head: ItemHead): string
  /** The body made harmless for this template. */
  escape(text: string): string
  /** What stands after the body. */
  readonly itemTail: string
  /** A remark of the service about this context, behind the documents. */
  notice(text: string): string
}

export interface Rendering {
  readonly documents: readonly RenderedDocument[]
  readonly notice: string | null
}

/** The whole context; the empty string for no documents. */
export function renderContext(template: Template, { documents, notice }: Rendering): string {
  if (documents.length === 0) return ''
  const rendered = documents.map((document) => renderDocument(template, document)).join(template.documentSeparator)
  return template.open + rendered + (notice === null ? '' : template.notice(notice)) + template.close
}

function renderDocument(template: Template, { title, items }: RenderedDocument): string {
  const rendered = items.map((item) => template.itemHead(item) + template.escape(item.text) + template.itemTail)
  return template.documentHead(title) + rendered.join(template.itemSeparator) + template.documentEnd
}

/** The mark that a reader cites an item by. */
export function citationMark(citation: number): string {
  return `[${citation}]`
}
