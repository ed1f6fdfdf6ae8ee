import type { Packing } from '../core/packing/pack.ts'
import type { ExplainedCandidate, Explanation } from '../core/answer.ts'
import type { PricedCandidate } from './price.ts'
import type { Ranked } from './rank.ts'

/** What was searched for, how it was planned and what became of each candidate. */
export function explain(ranked: Ranked, priced: readonly PricedCandidate[], packing: Packing<PricedCandidate>): Explanation {
  const { derived, plan } = ranked
  const { intents, ...settings } = plan
  const reasons = new Map(packing.refused.map(({ candidate, reason }) => [candidate.chunk, reason]))
  return {
    lexicalQuery: derived.lexical,
    vectorQuery: derived.vector,
    identifiers: derived.identifiers,
    intents,
    plan: settings,
    candidates: priced.map((candidate): ExplainedCandidate => ({
      id: candidate.chunk,
      doc: candidate.doc,
      evidence: candidate.evidence,
      value: candidate.value,
      tokens: candidate.tokens,
      fate: reasons.get(candidate.chunk) ?? 'packed',
    })),
  }
}
