import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { bestMove, fill } from '../../../src/core/packing/fill.ts'
import { problemOf } from '../../../src/core/packing/problem.ts'
import { PackState } from '../../../src/core/packing/state.ts'
import { arbitraryPassages, arbitraryRules } from './instances.ts'

/** Greedy without a queue: looks at every passage before every step. */
function fillPlainly(state: PackState): void {
  const { passages, rules } = state.problem
  for (;;) {
    const moves = passages.flatMap((_, index) => bestMove(state, index, rules.tokens) ?? [])
    const most = Math.max(...moves.map(({ efficiency }) => efficiency))
    const first = moves.find(({ efficiency }) => efficiency === most)
    if (first === undefined) return
    state.take(first)
  }
}

describe('lazy greedy', () => {
  it('takes the steps of plain greedy', () => {
    fc.assert(
      fc.property(arbitraryPassages({ passages: 14, units: 6, heads: true, clusters: 20 }), arbitraryRules, (passages, rules) => {
        const [lazy, plain] = [new PackState(problemOf(passages, rules)), new PackState(problemOf(passages, rules))]
        fill(lazy, { only: null, upTo: rules.tokens, efficiency: 0 })
        fillPlainly(plain)
        assert.deepEqual(lazy.steps, plain.steps)
      }),
      { numRuns: 2000 },
    )
  })
})
