import type { ChunkId } from '../core/ids.ts'
import { layOut, type PackedItem } from '../core/packing/layout.ts'
import type { Part } from '../core/packing/passage.ts'
import type { Chosen, Selection } from '../core/packing/selection.ts'
import type { Chunk } from '../core/types.ts'
import { invariant } from '../core/errors.ts'
import { headingOf } from './heading.ts'
import type { Offer } from './offer.ts'

/** An item with its text: what is rendered under one citation mark. */
export interface LaidItem extends PackedItem {
  /** The offers that it shows some of, in reading order. */
  readonly offers: readonly Offer[]
  /** Heading path above its beginning. */
  readonly heading: string
  /** As it stands in the document: `source.slice(span.start, span.end)`. */
  readonly text: string
}

export interface LaidDocument {
  readonly title: string
  readonly items: readonly LaidItem[]
}

/** Documents and items as they are shown: what touches in the source is one item. */
export function layOutSelection({ chosen }: Selection, offers: readonly Offer[]): readonly LaidDocument[] {
  const byChunk = new Map(offers.map((offer) => [offer.passage.chunk, offer]))
  const offerOf = (chunk: ChunkId): Offer => {
    const offer = byChunk.get(chunk)
    invariant(offer !== undefined, 'what is packed was offered')
    return offer
  }
  return layOut(chosen, between).map(({ items }) => {
    const laid = items.map((item): LaidItem => {
      const shown = item.shown.map(({ passage }) => offerOf(passage.chunk))
      const starts = item.excerpt.starts || (shown[0]?.isRest ?? false)
      return { ...item, excerpt: { ...item.excerpt, starts }, offers: shown, heading: headingAt(item, shown[0]), text: textOf(item, shown) }
    })
    return { title: laid[0]?.offers[0]?.candidate.text.title ?? '', items: laid }
  })

  /** White space between the last chunk that one shows and the first that the other does; null where they do not touch or something else is between. */
  function between(before: Chosen, after: Chosen): string | null {
    const last = wholeChunk(before, ({ to }) => to === before.variant.to)
    const next = wholeChunk(after, ({ from }) => from === after.variant.from)
    return last !== undefined && next?.previous === last.id && last.next === next.id ? next.gap : null
  }

  /** A chunk that a passage shows; not one of which some was sent before, since that touches nothing. */
  function wholeChunk({ passage }: Chosen, isIt: (part: Part) => boolean): Chunk | undefined {
    const part = passage.parts.find(isIt)
    const chunk = part === undefined ? undefined : offerOf(passage.chunk).chunks.get(part.chunk)?.chunk
    return part !== undefined && part.to - part.from === chunk?.sentences.length ? chunk : undefined
  }
}

function textOf({ shown, joints }: PackedItem, offers: readonly Offer[]): string {
  const texts = shown.map(({ variant }, at) => {
    const units = offers[at]?.text.units.slice(variant.from, variant.to) ?? []
    const [first, ...rest] = units
    return (first?.text.slice(first.lead) ?? '') + rest.map(({ text }) => text).join('')
  })
  return texts.map((text, at) => (at === 0 ? '' : (joints[at - 1] ?? '')) + text).join('')
}

function headingAt({ shown }: PackedItem, offer: Offer | undefined): string {
  const from = shown[0]?.variant.from ?? 0
  const part = offer?.passage.parts.find((each) => each.from <= from && from < each.to)
  const chunk = part === undefined ? undefined : offer?.chunks.get(part.chunk)?.chunk
  return chunk === undefined ? '' : headingOf(chunk)
}
