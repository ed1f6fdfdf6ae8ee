import type { DocumentId } from '../ids.ts'
import type { PackRules } from './rules.ts'
import { bestMove, fill } from './fill.ts'
import type { Move } from './move.ts'
import type { Step } from './selection.ts'
import type { PackState } from './state.ts'

/**
 * What required documents get before others compete: first the most efficient variant of each, in rank order and whatever it is worth, then
 * what is worth its tokens, up to `requiredTokens`.
 */
export function packRequired(state: PackState, minEfficiency: number): void {
  const { documents, passages, rules } = state.problem
  const required = passages.flatMap((passage, index) => (passage.required ? [index] : []))
  for (const ofDocument of Map.groupBy(required, (index) => documents[index]).values()) {
    const first = firstMove(state, ofDocument, rules)
    if (first !== null) state.take(first)
  }
  if (required.length > 0) fill(state, { only: required, upTo: Math.min(rules.tokens, rules.requiredTokens), efficiency: minEfficiency })
}

/** How many of the steps of a packing are those with which each required document gets its first passage. */
export function countFirstRequired(steps: readonly Pick<Step, 'passage' | 'from'>[]): number {
  const documents = new Set<DocumentId>()
  for (const { passage, from } of steps) {
    if (!passage.required || from >= 0 || documents.has(passage.doc)) break
    documents.add(passage.doc)
  }
  return documents.size
}

function firstMove(state: PackState, indexes: readonly number[], { tokens }: PackRules): Pick<Move, 'index' | 'to' | 'gain'> | null {
  const moves = indexes.flatMap((index) => bestMove(state, index, tokens) ?? [])
  const best = moves.reduce<Move | null>((known, move) => (known === null || move.efficiency > known.efficiency ? move : known), null)
  if (best !== null) return best
  const index = indexes.find((each) => state.closedBy(each) < 0 && state.forbids(each, state.cost(each, 0), tokens) === null)
  return index === undefined ? null : { index, to: 0, gain: 0 }
}
