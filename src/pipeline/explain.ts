import type { ExplainedCandidate, Explanation, FollowUp } from '../core/answer.ts'
import type { ChunkId } from '../core/ids.ts'
import { marginalGains } from '../core/packing/marginal-gains.ts'
import { spanOf } from '../core/packing/layout.ts'
import type { Facet } from '../core/query/facets.ts'
import type { ShownSignals } from '../core/confidence/model.ts'
import type { Relevance } from './confidence.ts'
import type { Withheld } from './draft.ts'
import type { Offer, Offers } from './offer.ts'
import type { Packed } from './pack.ts'
import type { Ranked } from './rank.ts'

export interface ExplainInput {
  readonly ranked: Ranked
  readonly facets: readonly Facet[]
  readonly followUp: FollowUp | null
  readonly offers: Offers
  /** Those of the offers that competed. */
  readonly packable: Offers
  readonly relevance: Relevance
  readonly shown: ShownSignals
  /** Null where nothing was packed because the answer abstained. */
  readonly packed: Packed | null
}

/** What was searched for, how it was planned and what became of each candidate. */
export function explain({ ranked, facets, followUp, offers, packable, relevance, shown, packed }: ExplainInput): Explanation {
  const { derived, plan } = ranked
  const { intents, ...settings } = plan
  const passages = packable.offers.map(({ passage }) => passage)
  const gains =
    packed === null
      ? new Map<ChunkId, readonly number[]>()
      : marginalGains(passages, packed.rulesFor(packed.budgetTokens), packed.selection)
  const reasons = new Map(packed?.selection.refused.map(({ passage, reason }) => [passage.chunk, reason]))
  const steps = new Map(packed?.selection.chosen.map(({ passage, step }) => [passage.chunk, step + 1]))
  return {
    lexicalQuery: derived.lexical,
    vectorQuery: derived.vector,
    identifiers: derived.identifiers,
    intents,
    plan: settings,
    facets: facets.map(({ text }) => text),
    followUp,
    relevance: {
      probability: relevance.probability,
      threshold: relevance.threshold,
      scorer: relevance.scorer,
      signals: relevance.signals,
      shown: shown.shown,
      tokens: shown.tokens,
    },
    candidates: [...offers.offers.map(explainOffer), ...offers.withheld.map(explainWithheld)],
  }

  function explainOffer({ candidate, passage, value, tokens }: Offer): ExplainedCandidate {
    const step = steps.get(passage.chunk) ?? null
    const added = gains.get(passage.chunk) ?? []
    return {
      id: candidate.chunk,
      doc: candidate.doc,
      evidence: candidate.evidence,
      value,
      tokens,
      variants: passage.variants.map((variant, at) => ({
        kind: variant.kind,
        span: spanOf({ passage, variant }),
        tokens: variant.tokens,
        gain: added[at] ?? 0,
      })),
      fate: step !== null ? 'packed' : (reasons.get(passage.chunk) ?? 'abstained'),
      step,
    }
  }
}

function explainWithheld({ candidate, reason, value }: Withheld): ExplainedCandidate {
  const { chunk, doc, evidence } = candidate
  return { id: chunk, doc, evidence, value, tokens: 0, variants: [], fate: reason, step: null }
}
