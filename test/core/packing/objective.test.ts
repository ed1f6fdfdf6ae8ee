import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Coverage } from '../../../src/core/packing/objective.ts'
import type { Passage } from '../../../src/core/packing/passage.ts'
import { arbitraryPassages, passage, unit } from './instances.ts'
import { objective, unitsOf } from './reference.ts'

const FACETS = [{ weight: 0.7 }, { weight: 1.3 }]
const CLUSTERS = 12
const passages = arbitraryPassages({ passages: 6, units: 6, heads: false, clusters: CLUSTERS })

const last = (each: Passage): number => each.variants.length - 1

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}, not ${expected}`)
}

describe('coverage', () => {
  it('counts the best unit of a cluster and lets facets saturate', () => {
    // 50 tokens at .5 are worth 1; its twin of 25 tokens at .8 would be worth .8; the facet: 1 - .5 · .5
    const coverage = new Coverage(1, [{ weight: 2 }])
    near(coverage.grow(passage('a', [unit(25, 0.8, 0, [0.5])]), -1, 0), 0.8 + 2 * 0.5)
    near(coverage.grow(passage('b', [unit(50, 0.5, 0, [0.5])]), -1, 0), 0.2 + 2 * 0.25)
  })

  it('is the formula, step by step', () => {
    fc.assert(
      fc.property(passages, (drawn) => {
        const coverage = new Coverage(CLUSTERS, FACETS)
        const levels = drawn.map(() => -1)
        let value = 0
        // One level of each passage in turn, so that upgrades of different passages interleave.
        for (let to = 0; to < 5; to++) {
          drawn.forEach((each, index) => {
            if (to > last(each)) return
            value += coverage.grow(each, to - 1, to)
            levels[index] = to
          })
          const shown = drawn.flatMap((each, index) => {
            const variant = each.variants[levels[index] ?? -1]
            return variant === undefined ? [] : [{ passage: each, variant }]
          })
          near(value, objective(unitsOf(shown), FACETS))
        }
      }),
    )
  })

  it('is monotone and submodular: nothing takes away, and nothing brings more beside more', () => {
    fc.assert(
      fc.property(passages, fc.nat(), (drawn, pick) => {
        const added = drawn[pick % drawn.length] as Passage
        const coverage = new Coverage(CLUSTERS, FACETS)
        let before = Infinity
        for (const other of drawn) {
          if (other === added) continue
          coverage.save()
          const gain = coverage.grow(added, -1, last(added))
          coverage.restore()
          assert.ok(gain >= 0 && gain <= before, 'exactly: lazy evaluation relies on it')
          before = gain
          assert.ok(coverage.grow(other, -1, last(other)) >= 0)
        }
      }),
    )
  })

  it('goes back to the state that was saved', () => {
    fc.assert(
      fc.property(passages, (drawn) => {
        const coverage = new Coverage(CLUSTERS, FACETS)
        const gains = (): readonly number[] => drawn.map((each) => coverage.grow(each, -1, last(each)))
        coverage.save()
        const first = gains()
        coverage.restore()
        assert.deepEqual(gains(), first)
      }),
    )
  })
})
