import type { ChunkId, DocumentId } from '../core/ids.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Refusal } from '../core/packing/pack.ts'
import type { Filter, Place, Span } from '../core/types.ts'
import type { RequestContext } from './context.ts'
import type { PricedCandidate } from './price.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

/** Further places of each packed text, by the chunk id of the packed piece. */
export type Citations = ReadonlyMap<ChunkId, readonly { readonly doc: DocumentId; readonly span: Span }[]>

/** Every other place where a packed text stands: exact duplicates from the index, near-duplicates from the packing. */
export function createCiteStage(settings: PipelineSettings) {
  return {
    name: 'cite',
    async run(
      input: {
        readonly packed: readonly PricedCandidate[]
        readonly refused: readonly Refusal<PricedCandidate>[]
        readonly reader: IndexReader
        readonly filter: Filter | null
      },
      context: RequestContext,
    ): Promise<Citations> {
      const { packed, refused, reader, filter } = input
      if (packed.length === 0) {
        context.trace.notPlanned('cite')
        return new Map()
      }
      return context.trace.run('cite', async () => {
        const near = nearDuplicates(refused)
        try {
          const hashes = packed.flatMap((piece) => [piece.textHash, ...(near.get(piece.chunk) ?? []).map((twin) => twin.textHash)])
          const places = await reader.places([...new Set(hashes)], filter, context.limits)
          const citations = collect(packed, near, places)
          return [citations, { in: packed.length, out: places.length }]
        } catch (error) {
          if (!isWeather(error)) throw error
          return [collect(packed, near, []), { in: packed.length, out: 0, ...failure(error) }]
        }
      })
    },
  }

  function collect(packed: readonly PricedCandidate[], near: Near, places: readonly Place[]): Citations {
    const byHash = Map.groupBy(places, (place) => place.textHash)
    return new Map(
      packed.map((piece) => {
        const twins = near.get(piece.chunk) ?? []
        const found = [piece, ...twins].flatMap(({ textHash }) => byHash.get(textHash) ?? [])
        const known = twins.map(({ chunk, doc, span }) => ({ chunk, doc, span }))
        const others = new Map([...known, ...found].filter(({ chunk }) => chunk !== piece.chunk).map((place) => [place.chunk, place]))
        const also = [...others.values()].map(({ doc, span }) => ({ doc, span })).sort(byPlace)
        return [piece.chunk, also.slice(0, settings.retrieve.placesPerItem)] as const
      }),
    )
  }
}

type Near = ReadonlyMap<ChunkId, readonly PricedCandidate[]>

function nearDuplicates(refused: readonly Refusal<PricedCandidate>[]): Near {
  const near = new Map<ChunkId, PricedCandidate[]>()
  for (const { candidate, duplicateOf } of refused) {
    if (duplicateOf !== null) near.set(duplicateOf, [...(near.get(duplicateOf) ?? []), candidate])
  }
  return near
}

function byPlace(a: { readonly doc: string; readonly span: Span }, b: { readonly doc: string; readonly span: Span }): number {
  return a.doc === b.doc ? a.span.start - b.span.start : a.doc < b.doc ? -1 : 1
}
