import type { Item } from '../core/answer.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import { citationMark, type RenderedItem, type Template } from '../core/render/template.ts'
import { pageUri, unitedPages } from '../core/text/pages.ts'
import type { Citations } from './cite.ts'
import type { LaidItem } from './lay-out.ts'
import type { Spent } from './spend.ts'

/** What the context shows, in its order. */
export function itemsOf({ documents, rendered }: Spent, citations: Citations, template: Template, counter: TokenCounter): readonly Item[] {
  const shown = rendered.documents.flatMap(({ items }) => items)
  return documents
    .flatMap(({ items }) => items)
    .map((item, at) => {
      const tokens = shown[at] === undefined ? 0 : counter.count(renderedItem(template, shown[at]))
      return itemOf(item, citationMark(at + 1), tokens, citations[at] ?? [])
    })
}

const renderedItem = (template: Template, item: RenderedItem): string =>
  template.itemHead(item) + template.escape(item.text) + template.itemTail

/** Named by the passage of it that was packed first. */
function itemOf({ offers, shown, span, heading }: LaidItem, citation: string, tokens: number, also: Item['also']): Item {
  const first = shown.reduce((best, each) => (each.step < best.step ? each : best))
  const offer = offers[shown.indexOf(first)] ?? offers[0]
  const chunk = offer?.candidate.text
  const parts = shown.flatMap(({ passage, variant }, at) =>
    passage.parts
      .filter(({ from, to }) => from < variant.to && variant.from < to)
      .map((part) => ({ id: part.chunk, pages: offers[at]?.chunks.get(part.chunk)?.chunk.pages ?? null })),
  )
  const pages = unitedPages(parts.map((part) => part.pages))
  const values = shown.flatMap(({ passage, variant }) => passage.units.slice(variant.from, variant.to).map(({ value }) => value))
  const id = first.passage.chunk
  return {
    id,
    doc: first.passage.doc,
    title: chunk?.title ?? '',
    uri: pageUri(chunk?.uri ?? null, pages),
    heading,
    span,
    pages,
    kind: shown.length > 1 ? 'joined' : first.variant.kind,
    tokens,
    score: Math.max(0, ...values),
    citation,
    chunks: [id, ...parts.map((part) => part.id).filter((each) => each !== id)],
    also,
  }
}
