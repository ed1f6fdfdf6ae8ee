import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { allowance, budgetLeaving, smallestBudget, type BudgetShape } from '../../../src/core/packing/allowance.ts'
import { kneeTokens } from '../../../src/core/packing/knee.ts'
import { nextTokens } from '../../../src/core/packing/next-tokens.ts'
import { select } from '../../../src/core/packing/select.ts'
import { arbitraryPassages, arbitraryRules, passage, RULES, unit } from './instances.ts'

const shape = { passages: 8, units: 5, heads: true, clusters: 15 }

describe('the smallest budget', () => {
  const share = fc.double({ min: 0.05, max: 1, noNaN: true })
  const arbitraryShape: fc.Arbitrary<BudgetShape> = fc.record({
    share,
    shareFloor: fc.nat(300),
    perDocument: share,
    perSource: share,
    forRequired: fc.double({ min: 0, max: 1, noNaN: true }),
    template: fc.nat(20),
  })

  it('is the smallest under which something is packed', () => {
    let found = 0
    fc.assert(
      fc.property(
        arbitraryPassages(shape),
        arbitraryShape,
        fc.double({ min: 0, max: 30, noNaN: true }),
        (passages, shaped, pricePer1kTokens) => {
          const rules = { ...RULES, pricePer1kTokens, facets: [{ weight: 0.5 }, { weight: 1 }] }
          const packed = (budget: number): number => select(passages, { ...rules, ...allowance(budget, shaped) }).chosen.length
          const smallest = smallestBudget(passages, rules, shaped)
          if (smallest === null) {
            assert.equal(packed(1_000_000), 0)
            return
          }
          found += 1
          assert.ok(packed(smallest) > 0)
          assert.equal(packed(smallest - 1), 0)
        },
      ),
      { numRuns: 1000 },
    )
    assert.ok(found > 500)
  })
})

describe('the budget that leaves so many tokens', () => {
  it('is the smallest that does', () => {
    const shaped = fc.record({ share: fc.double({ min: 0.05, max: 1, noNaN: true }), shareFloor: fc.nat(300), template: fc.nat(20) })
    fc.assert(
      fc.property(shaped, fc.integer({ min: 1, max: 5000 }), (shaping, tokens) => {
        const whole = { ...shaping, perDocument: 1, perSource: 1, forRequired: 0 }
        const budget = budgetLeaving(tokens, whole)
        assert.ok(allowance(budget, whole).tokens >= tokens)
        assert.ok(allowance(budget - 1, whole).tokens < tokens)
      }),
      { numRuns: 5000 },
    )
  })

  it('has no cap for documents where they may take all of it', () => {
    const shape = { share: 1, shareFloor: 0, perDocument: 1, perSource: 0.5, forRequired: 0, template: 0 }
    assert.deepEqual([allowance(100, shape).tokensPerDocument, allowance(100, shape).tokensPerSource], [Infinity, 50])
  })
})

describe('the next tokens', () => {
  const a = passage('a', [unit(50, 0.9, 0), unit(50, 0.6, 1)], { ends: [1, 2] })
  const b = passage('b', [unit(60, 0.5, 2)], { rank: 2 })
  const c = passage('c', [unit(60, 0.1, 3)], { rank: 3 })
  const at = (extra: number) => ({ ...RULES, tokens: 60 + extra, pricePer1kTokens: 10 })

  it('name what would be packed or shown larger, and what that brings', () => {
    const selection = select([a, b, c], at(0))
    const next = nextTokens([a, b, c], selection, [20, 40, 200], at)
    // 50 tokens at .6 are worth 1.2, 60 at .5 another 1.2; 60 at .1 are worth .24 and cost .6
    assert.deepEqual(
      next.map(({ tokens, gain, adds }) => [tokens, gain.toFixed(6), adds]),
      [
        [20, '0.000000', []],
        [40, '1.200000', ['a']],
        [200, '2.400000', ['a', 'b']],
      ],
    )
  })

  it('never add less for more', () => {
    fc.assert(
      fc.property(arbitraryPassages(shape), arbitraryRules, (passages, rules) => {
        const next = nextTokens(passages, select(passages, rules), [50, 100, 400], (extra) => ({ ...rules, tokens: rules.tokens + extra }))
        let before = 0
        for (const { gain } of next) {
          assert.ok(gain >= before)
          before = gain
        }
      }),
    )
  })
})

describe('the knee', () => {
  const steps = (...pairs: readonly (readonly [number, number])[]) => pairs.map(([tokens, gain]) => ({ tokens, gain }))

  it('is where the curve lies farthest above the straight line to its end', () => {
    // Shares of (tokens, value) after each step: (.1, .5), (.2, .8), (.6, .9), (1, 1): .6 above at the second.
    assert.equal(kneeTokens(steps([10, 5], [10, 3], [40, 1], [40, 1])), 20)
    // A quarter above it after the first step and after the second.
    assert.equal(kneeTokens(steps([10, 2], [10, 1], [20, 1])), 10)
  })

  it('is the end of a curve that does not bend, and of a short one', () => {
    assert.equal(kneeTokens([]), 0)
    assert.equal(kneeTokens(steps([30, 1])), 30)
    assert.equal(kneeTokens(steps([30, 1.1], [30, 1], [30, 1])), 90)
    assert.equal(kneeTokens(steps([30, 0], [30, 0])), 60)
  })

  it('leads to the packing up to there', () => {
    const passages = [0.9, 0.8, 0.2, 0.1, 0.1].map((value, at) => passage(`p${at}`, [unit(50, value, at)], { rank: at + 1 }))
    const tokens = kneeTokens(select(passages, { ...RULES, tokens: 1000 }).steps)
    assert.deepEqual(
      select(passages, { ...RULES, tokens }).chosen.map((each) => each.passage.chunk),
      ['p0', 'p1'],
    )
  })
})
