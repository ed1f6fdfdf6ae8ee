import { invariant } from '../errors.ts'
import { fill } from './fill.ts'
import { packRequired } from './floor.ts'
import type { Passage } from './passage.ts'
import { problemOf } from './problem.ts'
import { refusalsOf } from './refusals.ts'
import type { PackRules } from './rules.ts'
import type { Chosen, Selection } from './selection.ts'
import type { Move } from './move.ts'
import { PackState } from './state.ts'

/** Names the packing algorithm in receipts; changes whenever the same input could pack differently. */
export const PACKER = 'coverage@2.0.0'

/**
 * Chooses at most one variant of each passage so that what they cover (`Coverage`) is most under the rules.
 *
 * Greedy by gain per token over every upgrade inside every passage, then the stop rule: moves at the end that bring less than the exchange rate
 * are undone. A single variant that is worth more than all of that starts the packing instead.
 *
 * The bound: without caps and with additive costs the result is at least ½ (1 − 1/e) ≈ .316 of the optimum that a budget allows, before
 * the stop rule. The variants of a passage are nested, so from any state the variant that the optimum shows of a passage is an
 * upgrade that costs no more than it costs alone and gains all that it would add; hence the proof for plain elements holds for one choice per passage
 * (Khuller, Moss and Naor 1999, "The budgeted maximum coverage problem", theorem 3; for submodular functions Leskovec et al. 2007, "Cost-effective outbreak
 * detection in networks", theorem 3). Plain value per token without upgrades has no bound. A heading that several passages share makes the optimum
 * cheaper than the sum of its parts: the exponent shrinks from 1 to budget / (budget + headings paid more than once). Caps and the floor for
 * required documents are obeyed, but the bound does not speak of them.
 */
export function select(passages: readonly Passage[], rules: PackRules): Selection {
  const problem = problemOf(passages, rules)
  const floor = new PackState(problem)
  packRequired(floor, minEfficiency(rules))
  const single = bestSingle(floor)
  const greedy = complete(PackState.after(problem, floor.steps), floor.steps.length)
  if (single === null || net(floor, rules) + net(worth(single), rules) <= net(greedy, rules)) return selectionOf(greedy)
  floor.take(single)
  return selectionOf(complete(floor, floor.steps.length))
}

/** What a token must add. */
export const minEfficiency = ({ pricePer1kTokens }: PackRules): number => pricePer1kTokens / 1000

/** Fills `state`, then undoes moves from the end, but none of the first `kept`, while they bring less than their tokens are worth. */
export function complete(state: PackState, kept: number): PackState {
  const { problem, steps } = state
  fill(state, { only: null, upTo: problem.rules.tokens, efficiency: 0 })
  const last = steps.findLastIndex(({ gain, tokens }) => gain / Math.max(1, tokens) >= minEfficiency(problem.rules))
  const worthwhile = Math.max(kept, last + 1)
  return worthwhile === steps.length ? state : PackState.after(problem, steps.slice(0, worthwhile))
}

/** The worthwhile move that brings most at once. */
function bestSingle(state: PackState): Move | null {
  const { passages, rules } = state.problem
  const moves = passages.flatMap((_, index) => (state.closedBy(index) < 0 ? state.moves(index) : []))
  let best: Move | null = null
  for (const move of moves) {
    if (move.efficiency < minEfficiency(rules) || state.forbids(move.index, move.tokens, rules.tokens) !== null) continue
    if (best === null || net(worth(move), rules) > net(worth(best), rules)) best = move
  }
  return best
}

const worth = ({ gain, tokens }: Move) => ({ value: gain, tokens })

/** Value beyond what the tokens are worth. */
const net = ({ value, tokens }: { readonly value: number; readonly tokens: number }, rules: PackRules): number =>
  value - minEfficiency(rules) * tokens

function selectionOf(state: PackState): Selection {
  const chosen = new Map<Passage, Chosen>()
  state.steps.forEach(({ passage, to, gain, tokens }, step) => {
    const variant = passage.variants[to]
    invariant(variant !== undefined, `variant ${to} of ${passage.chunk}`)
    const known = chosen.get(passage) ?? { step, gain: 0, tokens: 0 }
    chosen.set(passage, { passage, variant, step: known.step, gain: known.gain + gain, tokens: known.tokens + tokens })
  })
  return {
    chosen: [...chosen.values()],
    refused: refusalsOf(state, minEfficiency(state.problem.rules)),
    steps: state.steps,
    tokens: state.tokens,
    value: state.value,
  }
}
