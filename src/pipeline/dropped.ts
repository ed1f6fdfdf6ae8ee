import type { Dropped, DropReason } from '../core/answer.ts'
import type { ChunkId, DocumentId } from '../core/ids.ts'
import type { Selection } from '../core/packing/selection.ts'
import type { Candidate } from './load.ts'
import type { Offer, Offers } from './offer.ts'

/**
 * Every candidate that is not in the context, with its reason, and every duplicate that was found beside a candidate: as what it repeats where that
 * competed, else for the same reason.
 */
export function droppedOf(
  { offers, withheld }: Offers,
  selection: Selection | null,
  forbidden: ReadonlySet<DocumentId>,
): readonly Dropped[] {
  const refusals = new Map(selection?.refused.map((refused) => [refused.passage.chunk, refused]))
  const packed = new Set(selection?.chosen.map(({ passage }) => passage.chunk))
  const refused = offers
    .filter(({ passage }) => !packed.has(passage.chunk))
    .map((offer) => {
      const refusal = refusals.get(offer.passage.chunk)
      return droppedOffer(offer, refusal?.reason ?? 'abstained', refusal?.by ?? null)
    })
  const kept = withheld.flatMap(({ candidate, reason, value }) =>
    [candidate, ...candidate.twins].map((place) => droppedAt(place, { tokens: 0, score: value, reason, duplicateOf: null })),
  )
  const twins = offers.flatMap((offer) =>
    offer.candidate.twins.map((twin) =>
      droppedAt(twin, { tokens: offer.tokens, score: offer.value, reason: 'duplicate', duplicateOf: offer.passage.chunk }),
    ),
  )
  return [...refused, ...kept, ...twins]

  function droppedAt({ chunk, doc }: Pick<Candidate, 'chunk' | 'doc'>, rest: Omit<Dropped, 'id' | 'doc'>): Dropped {
    return forbidden.has(doc) ? { ...rest, id: chunk, doc, tokens: 0, reason: 'forbidden', duplicateOf: null } : { ...rest, id: chunk, doc }
  }
}

function droppedOffer({ candidate, tokens, value }: Offer, reason: DropReason, by: ChunkId | null): Dropped {
  return { id: candidate.chunk, doc: candidate.doc, tokens, score: value, reason, duplicateOf: by }
}
