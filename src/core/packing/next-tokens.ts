import type { NextTokens } from '../answer.ts'
import type { Passage } from './passage.ts'
import { problemOf } from './problem.ts'
import type { PackRules } from './rules.ts'
import { complete } from './select.ts'
import type { Selection } from './selection.ts'
import { PackState } from './state.ts'

/**
 * What larger budgets would add to a finished packing: for each of `amounts` (ascending, in tokens) the gain of continuing it under the rules that
 * `rulesFor` gives for that many tokens more, and the passages that would be packed or shown larger, in the order of their steps. Each amount continues
 * the one before, so more tokens never add less. The stop rule holds, so nothing is promised that would not be packed.
 */
export function nextTokens(
  passages: readonly Passage[],
  selection: Selection,
  amounts: readonly number[],
  rulesFor: (extraTokens: number) => PackRules,
): readonly NextTokens[] {
  let steps = selection.steps
  return amounts.map((tokens) => {
    const state = complete(PackState.after(problemOf(passages, rulesFor(tokens)), steps), steps.length)
    steps = state.steps
    const added = steps.slice(selection.steps.length).map(({ passage }) => passage.chunk)
    return { tokens, gain: added.length === 0 ? 0 : state.value - selection.value, adds: [...new Set(added)] }
  })
}
