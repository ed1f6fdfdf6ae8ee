import type { Item } from '../core/answer.ts'
import type { ChunkId, DocumentId } from '../core/ids.ts'
import type { Refused } from '../core/packing/selection.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Chunk, Filter, NearGroup, Place, Span } from '../core/types.ts'
import { withReserve, type RequestContext } from './context.ts'
import { inPieces } from './in-pieces.ts'
import type { LaidItem } from './lay-out.ts'
import type { Offer } from './offer.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

/** Further places of what each item shows, in the order of the items. */
export type Citations = readonly Item['also'][]

export interface CiteInput {
  readonly items: readonly LaidItem[]
  readonly refused: readonly Refused[]
  readonly offers: readonly Offer[]
  /** Documents that are not to be named. */
  readonly forbidden: ReadonlySet<DocumentId>
  readonly reader: IndexReader
  readonly filter: Filter | null
}

/** A text of an item: a chunk that it shows some of, or one that says the same. */
interface Cited {
  readonly chunk: ChunkId
  readonly textHash: string
  readonly near: NearGroup
  /** The chunk in its document, and what of it is shown; null where the whole place is named. */
  readonly shown: { readonly chunk: Span; readonly span: Span } | null
}

/** Every other place where a packed text stands: exact duplicates and near-duplicates that state the same from the index, other near-duplicates from the packing. */
export function createCiteStage(settings: PipelineSettings) {
  const { candidates: most, placesPerItem, reserveMs } = settings.retrieve

  return {
    name: 'cite',
    async run(input: CiteInput, context: RequestContext): Promise<Citations> {
      const { items, forbidden, reader, filter } = input
      if (items.length === 0) {
        context.trace.notPlanned('cite')
        return []
      }
      return context.trace.run('cite', async () => {
        const cited = citedTexts(input)
        try {
          const keys = [...new Set(cited.flat().flatMap(({ textHash, near }) => [textHash, near.founder, near.group]))]
          const places = await inPieces(keys, most, (piece) => reader.places(piece, filter, withReserve(context, reserveMs)))
          return [citationsOf(cited, places, forbidden), { in: items.length, out: places.length }]
        } catch (error) {
          if (!isWeather(error)) throw error
          return [citationsOf(cited, knownPlaces(input), forbidden), { in: items.length, out: 0, ...failure(error) }]
        }
      })
    },
  }

  function citationsOf(cited: readonly (readonly Cited[])[], places: readonly Place[], forbidden: ReadonlySet<DocumentId>): Citations {
    const open = places.filter(({ doc }) => !forbidden.has(doc))
    const byHash = Map.groupBy(open, ({ textHash }) => textHash)
    const byGroup = Map.groupBy(open, ({ group }) => group)
    return cited.map((texts) => {
      const own = new Set(texts.flatMap(({ chunk, shown }) => (shown === null ? [] : [chunk])))
      const found = texts.flatMap((text) =>
        [...(byHash.get(text.textHash) ?? []), ...(byGroup.get(text.near.group) ?? [])].map((place) => ({ place, text })),
      )
      const others = new Map(found.filter(({ place }) => !own.has(place.chunk)).map((one) => [one.place.chunk, one]))
      const also = [...others.values()].map(({ place, text }) => ({ doc: place.doc, span: spanIn(place, text) }))
      return also.sort(byPlace).slice(0, placesPerItem)
    })
  }
}

/** Of each item the chunks that it shows some of, then those that were left out because they say the same. */
function citedTexts({ items, refused, offers }: CiteInput): readonly (readonly Cited[])[] {
  const byChunk = new Map(offers.map((offer) => [offer.passage.chunk, offer]))
  const near = Map.groupBy(
    refused.filter(({ reason }) => reason === 'duplicate'),
    ({ by }) => by,
  )
  return items.map((item) =>
    item.offers.flatMap((offer, at) => {
      const { from, to } = item.shown[at]?.variant ?? { from: 0, to: 0 }
      const shown = offer.passage.parts.flatMap((part): Cited[] => {
        const chunk = offer.chunks.get(part.chunk)?.chunk
        const units = offer.passage.units.slice(Math.max(from, part.from), Math.min(to, part.to))
        const [first, last] = [units[0], units.at(-1)]
        if (chunk === undefined || first === undefined || last === undefined) return []
        const span = { start: first.span.start + first.lead, end: last.span.end }
        return [{ chunk: chunk.id, textHash: chunk.textHash, near: nearOf(chunk), shown: { chunk: chunk.span, span } }]
      })
      const twins = (near.get(offer.passage.chunk) ?? []).map(({ passage }): Cited => {
        const twin = byChunk.get(passage.chunk)?.candidate.text
        return { chunk: passage.chunk, textHash: twin?.textHash ?? '', near: nearOf(twin), shown: null }
      })
      return [...shown, ...twins]
    }),
  )
}

/** What is known without asking the index. */
function knownPlaces({ offers }: CiteInput): readonly Place[] {
  return offers.map(({ candidate: { chunk, doc, textHash, group, text } }) => ({ chunk, doc, span: text.span, textHash, group }))
}

/** The part of another place of a chunk that an item shows of it; the whole place where the two are written differently. */
function spanIn({ span, textHash }: Place, { shown, textHash: own }: Cited): Span {
  if (shown === null || textHash !== own || span.end - span.start !== shown.chunk.end - shown.chunk.start) return span
  return { start: span.start + shown.span.start - shown.chunk.start, end: span.start + shown.span.end - shown.chunk.start }
}

/** A chunk that was compared with nothing is a group of its own. */
function nearOf(chunk: Chunk | undefined): NearGroup {
  return chunk?.near ?? { founder: chunk?.textHash ?? '', group: chunk?.textHash ?? '' }
}

function byPlace(a: { readonly doc: string; readonly span: Span }, b: { readonly doc: string; readonly span: Span }): number {
  return a.doc === b.doc ? a.span.start - b.span.start : a.doc < b.doc ? -1 : 1
}
