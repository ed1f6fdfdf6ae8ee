import { evidenceWeight } from '../packing/objective.ts'
import type { Passage, Unit } from '../packing/passage.ts'
import type { Selection } from '../packing/selection.ts'
import type { ShownSignals } from './model.ts'

/** What a packing shows of what was offered; near-identical units count once. */
export function shownSignals(relevance: number, passages: readonly Passage[], { chosen }: Pick<Selection, 'chosen'>): ShownSignals {
  const packed = chosen.flatMap(({ passage, variant }) => passage.units.slice(variant.from, variant.to))
  const offered = expectedEvidence(passages.flatMap(({ units }) => units))
  return {
    relevance,
    shown: offered === 0 ? 0 : expectedEvidence(packed) / offered,
    tokens: Math.log1p(packed.reduce((sum, { tokens }) => sum + tokens, 0)),
  }
}

function expectedEvidence(units: readonly Unit[]): number {
  const best = new Map<number, number>()
  for (const unit of units) best.set(unit.cluster, Math.max(evidenceWeight(unit), best.get(unit.cluster) ?? 0))
  return best.values().reduce((sum, weight) => sum + weight, 0)
}
