import type { DocumentId } from '../ids.ts'
import type { Span } from '../types.ts'
import type { Chosen } from './selection.ts'

/** What stands under one citation mark: packed passages of one document that touch, in reading order. */
export interface PackedItem {
  readonly span: Span
  readonly shown: readonly Chosen[]
  /** Text between each passage and the next. */
  readonly joints: readonly string[]
  /** Whether the text begins or ends inside a chunk. */
  readonly excerpt: { readonly starts: boolean; readonly ends: boolean }
}

export interface PackedDocument {
  readonly doc: DocumentId
  readonly items: readonly PackedItem[]
}

/** Text of the document from the end of what is shown of one passage to the beginning of what is shown of another; null where they are not one piece. */
export type Between = (before: Chosen, after: Chosen) => string | null

/**
 * Documents in the order of their first step, their items in reading order. Passages are one item where both show what stands at the seam and `between`
 * gives a text.
 */
export function layOut(chosen: readonly Chosen[], between: Between): readonly PackedDocument[] {
  const inPackingOrder = chosen.toSorted((a, b) => a.step - b.step)
  return [...Map.groupBy(inPackingOrder, ({ passage }) => passage.doc)].map(([doc, ofDocument]) => ({
    doc,
    items: itemsOf(
      ofDocument.toSorted((a, b) => spanOf(a).start - spanOf(b).start),
      between,
    ),
  }))
}

function itemsOf(shown: readonly Chosen[], between: Between): readonly PackedItem[] {
  const items: PackedItem[] = []
  for (const each of shown) {
    const last = items.at(-1)
    const neighbour = last?.shown.at(-1)
    const excerpt = excerptOf(each)
    const isSeamShown = last !== undefined && !last.excerpt.ends && !excerpt.starts
    const joint = isSeamShown && neighbour !== undefined ? between(neighbour, each) : null
    if (last === undefined || joint === null) items.push({ span: spanOf(each), shown: [each], joints: [], excerpt })
    else
      items[items.length - 1] = {
        span: { start: last.span.start, end: spanOf(each).end },
        shown: [...last.shown, each],
        joints: [...last.joints, joint],
        excerpt: { starts: last.excerpt.starts, ends: excerpt.ends },
      }
  }
  return items
}

/** What is shown in the document, without the white space in front. */
export function spanOf({ passage, variant }: Pick<Chosen, 'passage' | 'variant'>): Span {
  const first = passage.units[variant.from]
  return { start: (first?.span.start ?? 0) + (first?.lead ?? 0), end: passage.units[variant.to - 1]?.span.end ?? 0 }
}

function excerptOf({ passage, variant }: Chosen): PackedItem['excerpt'] {
  return {
    starts: !passage.parts.some(({ from }) => from === variant.from),
    ends: !passage.parts.some(({ to }) => to === variant.to),
  }
}
