import { invariant } from '../errors.ts'
import type { ChunkId } from '../ids.ts'
import { evidenceWeight } from './objective.ts'
import type { Passage } from './passage.ts'
import type { Refused } from './selection.ts'
import { PackState } from './state.ts'

/**
 * Why each passage that is not packed is not, one reason each, in this order:
 * - `duplicate`: its chunk is near-identical to a packed one (`by`);
 * - `covered_by`: it was worth its tokens, but not beside what is packed, which says the same (`by`: the passage that says most of it);
 * - `low_value`: it is not worth its tokens;
 * - `over_budget`, `per_document_cap`, `per_source_cap`: it is (or its document is required), but its smallest worthwhile variant does not fit.
 */
export function refusalsOf(state: PackState, minEfficiency: number): readonly Refused[] {
  const empty = new PackState(state.problem)
  const holders = holdersOf(state)
  return state.problem.passages.flatMap((passage, index) => (state.level(index) < 0 ? [refusal(passage, index)] : []))

  function refusal(passage: Passage, index: number): Refused {
    const twin = state.closedBy(index)
    if (twin >= 0) {
      const by = state.passage(twin).chunk
      return { passage, reason: 'duplicate', by, step: 1 + state.steps.findIndex((step) => step.passage.chunk === by) }
    }
    const step = state.steps.length
    // A required document is worth its tokens whatever it says; where none of it is shown, it did not fit.
    if (passage.required && !state.isOpen(state.problem.documents[index] ?? 0)) {
      const reason = state.forbids(index, state.cost(index, 0), state.problem.rules.tokens)
      if (reason !== null) return { passage, reason, by: null, step }
    }
    const worthwhile = state.moves(index).find(({ efficiency }) => efficiency >= minEfficiency)
    if (worthwhile !== undefined) {
      const reason = state.forbids(index, worthwhile.tokens, state.problem.rules.tokens)
      invariant(reason !== null, `nothing speaks against ${passage.chunk}`)
      return { passage, reason, by: null, step }
    }
    const wasWorthwhile = empty.moves(index).some(({ efficiency }) => efficiency >= minEfficiency)
    const by = wasWorthwhile ? mostSaidBy(passage, holders) : null
    return { passage, reason: by === null ? 'low_value' : 'covered_by', by, step }
  }
}

interface Holder {
  readonly chunk: ChunkId
  readonly weight: number
}

/** Of each cluster the packed passage that covers it; the first packed of equals. */
function holdersOf(state: PackState): ReadonlyMap<number, Holder> {
  const holders = new Map<number, Holder>()
  for (const { passage, to } of state.steps) {
    const { from, to: end } = passage.variants[to] ?? { from: 0, to: 0 }
    for (const unit of passage.units.slice(from, end)) {
      const weight = evidenceWeight(unit)
      if (weight > (holders.get(unit.cluster)?.weight ?? -1)) holders.set(unit.cluster, { chunk: passage.chunk, weight })
    }
  }
  return holders
}

/** The packed passage that says most of what this one says, by value; null where none says any of it. */
function mostSaidBy({ units }: Passage, holders: ReadonlyMap<number, Holder>): ChunkId | null {
  const said = new Map<ChunkId, number>()
  for (const unit of units) {
    const holder = holders.get(unit.cluster)
    if (holder !== undefined) said.set(holder.chunk, (said.get(holder.chunk) ?? 0) + Math.min(holder.weight, evidenceWeight(unit)))
  }
  let [by, most]: [ChunkId | null, number] = [null, 0]
  for (const [chunk, weight] of said) if (weight > most) [by, most] = [chunk, weight]
  return by
}
