import type { Dropped, DropReason } from '../core/answer.ts'
import type { ChunkId } from '../core/ids.ts'
import type { Selection } from '../core/packing/selection.ts'
import type { Candidate } from './load.ts'
import type { Offer, Offers } from './offer.ts'

/** Every candidate that is not in the context, with its reason, and every exact duplicate that was found beside a candidate. */
export function droppedOf({ offers, withheld }: Offers, selection: Selection | null): readonly Dropped[] {
  const refusals = new Map(selection?.refused.map((refused) => [refused.passage.chunk, refused]))
  const packed = new Set(selection?.chosen.map(({ passage }) => passage.chunk))
  const refused = offers
    .filter(({ passage }) => !packed.has(passage.chunk))
    .map((offer) => {
      const refusal = refusals.get(offer.passage.chunk)
      return droppedOffer(offer, refusal?.reason ?? 'abstained', refusal?.by ?? null)
    })
  const kept = withheld.map(({ candidate, reason, value }) =>
    droppedCandidate(candidate, { tokens: 0, score: value, reason, duplicateOf: null }),
  )
  const twins = offers.flatMap((offer) =>
    offer.candidate.twins.map(({ chunk, doc }): Dropped => ({
      id: chunk,
      doc,
      tokens: offer.tokens,
      score: offer.value,
      reason: 'duplicate',
      duplicateOf: offer.passage.chunk,
    })),
  )
  return [...refused, ...kept, ...twins]
}

function droppedOffer({ candidate, tokens, value }: Offer, reason: DropReason, by: ChunkId | null): Dropped {
  return droppedCandidate(candidate, { tokens, score: value, reason, duplicateOf: by })
}

const droppedCandidate = ({ chunk, doc }: Candidate, rest: Omit<Dropped, 'id' | 'doc'>): Dropped => ({ id: chunk, doc, ...rest })
