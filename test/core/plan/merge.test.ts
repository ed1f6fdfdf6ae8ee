import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { mergePlans } from '../../../src/core/plan/merge.ts'
import type { PlanSettings } from '../../../src/core/plan/plan.ts'
import { DEFAULT_PLAN } from './settings.ts'

const plan: fc.Arbitrary<PlanSettings> = fc.record(
  {
    retrieves: fc.boolean(),
    lexicalDepth: fc.nat(1000),
    vectorDepth: fc.nat(1000),
    fusion: fc.constantFrom('min_max', 'rrf'),
    vectorWeight: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    rerank: fc.constantFrom('never', 'auto', 'always'),
    rerankDepth: fc.integer({ min: 1, max: 200 }),
    rerankWeight: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    hierarchy: fc.boolean(),
    maxDocuments: fc.option(fc.integer({ min: 1, max: 100 })),
    budgetShare: fc.double({ min: 0.01, max: 1, noNaN: true }),
    pricePer1kTokens: fc.double({ min: 0, max: 1, noNaN: true }),
  },
  { noNullPrototype: true },
)

describe('merged plans', () => {
  test('one plan stays what it is', () => {
    fc.assert(fc.property(plan, (only) => assert.deepEqual(mergePlans([{ share: 1, plan: only }]), only)))
  })

  test('equal plans stay what they are, however they are shared', () => {
    fc.assert(
      fc.property(plan, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (same, share) => {
        const merged = mergePlans([
          { share, plan: same },
          { share: 1 - share, plan: same },
        ])
        assert.deepEqual({ ...merged, vectorWeight: null, rerankWeight: null }, { ...same, vectorWeight: null, rerankWeight: null })
        assert.equal(merged.vectorWeight ?? -1, same.vectorWeight ?? -1)
      }),
    )
  })

  test('the order of the plans does not matter', () => {
    fc.assert(
      fc.property(plan, plan, (first, second) => {
        const there = mergePlans([
          { share: 0.75, plan: first },
          { share: 0.25, plan: second },
        ])
        const back = mergePlans([
          { share: 0.25, plan: second },
          { share: 0.75, plan: first },
        ])
        assert.deepEqual(there, back)
      }),
    )
  })

  const both = (first: Partial<PlanSettings>, second: Partial<PlanSettings>, share = 0.75) =>
    mergePlans([
      { share, plan: { ...DEFAULT_PLAN, ...first } },
      { share: 1 - share, plan: { ...DEFAULT_PLAN, ...second } },
    ])

  test('numbers are weighted by share; depths are whole', () => {
    const merged = both(
      { lexicalDepth: 50, budgetShare: 1, pricePer1kTokens: 0.02 },
      { lexicalDepth: 101, budgetShare: 0.6, pricePer1kTokens: 0.06 },
    )
    assert.equal(merged.lexicalDepth, 63) // 62.75
    assert.ok(Math.abs(merged.budgetShare - 0.9) < 1e-12)
    assert.ok(Math.abs(merged.pricePer1kTokens - 0.03) < 1e-12)
  })

  test('what one of them needs wins', () => {
    assert.equal(both({ rerank: 'never' }, { rerank: 'auto' }).rerank, 'auto')
    assert.equal(both({ rerank: 'auto' }, { rerank: 'always' }).rerank, 'always')
    assert.equal(both({ hierarchy: false }, { hierarchy: true }).hierarchy, true)
    assert.equal(both({ retrieves: false }, { retrieves: true }).retrieves, true)
    assert.equal(both({ maxDocuments: 3 }, { maxDocuments: null }).maxDocuments, null)
    assert.equal(both({ maxDocuments: 3 }, { maxDocuments: 7 }).maxDocuments, 4)
  })

  test('the larger share decides the fusion, and whether a weight is the profile\u2019s', () => {
    assert.equal(both({ fusion: 'rrf' }, {}).fusion, 'rrf')
    assert.equal(both({}, { fusion: 'rrf' }).fusion, 'min_max')
    assert.equal(both({ vectorWeight: 0.3 }, {}).vectorWeight, 0.3)
    assert.equal(both({}, { vectorWeight: 0.3 }).vectorWeight, null)
    assert.equal(both({}, { vectorWeight: 0.3 }, 0.5).vectorWeight, null)
    assert.ok(Math.abs((both({ vectorWeight: 0.2 }, { vectorWeight: 0.6 }).vectorWeight ?? 0) - 0.3) < 1e-12)
  })
})
