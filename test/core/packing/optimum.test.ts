import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { select } from '../../../src/core/packing/select.ts'
import { arbitraryPassages, passage, RULES, unit } from './instances.ts'
import { optimum } from './reference.ts'

const BOUND = (1 - 1 / Math.E) / 2

describe('against the exact optimum', () => {
  for (const heads of [false, true]) {
    it(`stays above the bound and within 5 % on average, ${heads ? 'headings shared' : 'costs additive'}`, (test) => {
      const ratios: number[] = []
      const facets = [{ weight: 0.5 }, { weight: 1 }]
      fc.assert(
        fc.property(
          arbitraryPassages({ passages: 5, units: 6, heads, clusters: 12 }),
          fc.integer({ min: 5, max: 250 }),
          (passages, tokens) => {
            const rules = { ...RULES, tokens, facets }
            const best = optimum(passages, rules)
            if (best === 0) return
            const ratio =
              select(
                passages.map((each) => ({ ...each, required: false })),
                rules,
              ).value / best
            assert.ok(ratio >= BOUND - 1e-9, `${ratio}`)
            ratios.push(ratio)
          },
        ),
        { numRuns: 1500 },
      )
      const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
      test.diagnostic(`mean ${mean.toFixed(4)}, worst ${Math.min(...ratios).toFixed(3)} of ${ratios.length} instances`)
      assert.ok(mean >= 0.95, `mean ratio ${mean}`)
    })
  }

  it('upgrades inside a passage: {2 for 1, 100 for 100} in each of m groups fills a budget of 100 m', () => {
    for (const m of [1, 2, 5, 20]) {
      // A first unit of value 2 for one token and a second that brings it to 100 for 100 tokens (25 tokens of certain evidence are worth 1).
      const groups = Array.from({ length: m }, (_, g) => {
        const units = [unit(1, 50, 2 * g), unit(99, (98 * 25) / 99, 2 * g + 1)]
        return passage(`g${g}`, units, { rank: g + 1, ends: [1, 2] })
      })
      assert.ok(Math.abs(select(groups, { ...RULES, tokens: 100 * m }).value - 100 * m) < 1e-6)
    }
  })

  it('starts with a single variant that is worth more than all that is efficient', () => {
    const crumbs = passage('crumbs', [unit(1, 1, 0)])
    const loaf = passage('loaf', [unit(100, 0.9, 1)], { rank: 2 })
    assert.deepEqual(
      select([crumbs, loaf], RULES).chosen.map((each) => each.passage.chunk),
      ['loaf'],
    )
  })
})
