import type { ChunkId } from '../ids.ts'
import type { Passage } from './passage.ts'
import { problemOf } from './problem.ts'
import type { PackRules } from './rules.ts'
import type { Selection } from './selection.ts'
import { PackState } from './state.ts'

/** Of each passage what each of its variants would still add to a finished packing, smallest first; 0 for what is shown of it already. */
export function marginalGains(
  passages: readonly Passage[],
  rules: PackRules,
  selection: Selection,
): ReadonlyMap<ChunkId, readonly number[]> {
  const problem = problemOf(passages, rules)
  const state = PackState.after(problem, selection.steps)
  return new Map(
    problem.passages.map(({ chunk, variants }, index) => {
      const moves = new Map(state.moves(index).map(({ to, gain }) => [to, gain]))
      return [chunk, variants.map((_, at) => moves.get(at) ?? 0)] as const
    }),
  )
}
