import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { DocumentId } from '../../../src/core/ids.ts'
import type { Passage } from '../../../src/core/packing/passage.ts'
import type { PackRules } from '../../../src/core/packing/rules.ts'
import { select } from '../../../src/core/packing/select.ts'
import type { Selection } from '../../../src/core/packing/selection.ts'
import { arbitraryPassages, arbitraryRules, passage, RULES, unit } from './instances.ts'
import { costOf, objective, unitsOf } from './reference.ts'

const names = ({ chosen }: Selection): readonly string[] => chosen.map((each) => each.passage.chunk)
const shape = { passages: 14, units: 6, heads: true, clusters: 20 }

function sumBy(chosen: Selection['chosen'], key: (passage: Passage) => string, all: readonly Passage[]): readonly number[] {
  return [...Map.groupBy(chosen, ({ passage }) => key(passage)).values()].map((group) => costOf(group, all))
}

describe('select', () => {
  it('keeps every rule for random passages and rules', () => {
    fc.assert(
      fc.property(arbitraryPassages(shape), arbitraryRules, (passages, rules) => {
        const selection = select(passages, rules)
        const { chosen, refused, steps } = selection
        const everyone = [...chosen, ...refused].map(({ passage }) => passage.chunk)
        assert.deepEqual(everyone.toSorted(), passages.map(({ chunk }) => chunk).toSorted(), 'each passage has one fate')
        assert.ok(selection.tokens <= rules.tokens)
        assert.equal(selection.tokens, costOf(chosen, passages))
        assert.equal(
          selection.tokens,
          steps.reduce((sum, { tokens }) => sum + tokens, 0),
        )
        assert.ok(Math.abs(selection.value - objective(unitsOf(chosen), rules.facets)) < 1e-9)
        assert.ok(refused.every(({ by, reason }) => (by !== null) === (reason === 'duplicate' || reason === 'covered_by')))
        assert.ok(refused.every(({ by }) => by === null || chosen.some(({ passage }) => passage.chunk === by)))
        assert.ok(chosen.length <= rules.maxItems)
        const byDocument = sumBy(chosen, ({ doc }) => doc, passages)
        assert.ok(byDocument.length <= rules.maxDocuments)
        assert.ok(byDocument.every((tokens) => tokens <= rules.tokensPerDocument))
        assert.ok(sumBy(chosen, ({ source }) => source, passages).every((tokens) => tokens <= rules.tokensPerSource))
        for (const { passage, variant, gain, tokens, step } of chosen) {
          assert.ok(passage.variants.includes(variant))
          const own = steps.filter((each) => each.passage === passage)
          assert.equal(steps[step], own[0])
          assert.equal(
            tokens,
            own.reduce((sum, each) => sum + each.tokens, 0),
          )
          assert.ok(Math.abs(gain - own.reduce((sum, each) => sum + each.gain, 0)) < 1e-9)
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('does not depend on the order of its input', () => {
    fc.assert(
      fc.property(arbitraryPassages(shape), arbitraryRules, fc.infiniteStream(fc.nat()), (passages, rules, keys) => {
        const shuffled = passages
          .map((each) => ({ each, key: keys.next().value as number }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ each }) => each)
        assert.deepEqual(select(shuffled, rules), select(passages, rules))
      }),
      { numRuns: 500 },
    )
  })

  it('ends with what is worth its tokens, and leaves out nothing that is and fits', () => {
    fc.assert(
      fc.property(arbitraryPassages(shape), arbitraryRules, (drawn, rules) => {
        const passages = drawn.map((each) => ({ ...each, required: false }))
        const { steps, refused } = select(passages, rules)
        const last = steps.at(-1)
        if (last !== undefined) assert.ok(last.gain >= (rules.pricePer1kTokens * last.tokens) / 1000 - 1e-9)
        for (const { passage, reason } of refused) {
          if (reason !== 'low_value') continue
          const alone = select([passage], { ...rules, tokens: Infinity, tokensPerDocument: Infinity, tokensPerSource: Infinity })
          if (alone.chosen.length === 0) continue
          // Worth its tokens alone, so what is packed must have taken of its value: a facet (what it says is said by nobody).
          assert.ok(passage.units.some((each) => each.facets.some((degree) => degree > 0)))
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('resolves ties by rank, then by chunk id', () => {
    const same = (name: string, rank: number, cluster: number) => passage(name, [unit(60, 0.5, cluster)], { rank })
    assert.deepEqual(names(select([same('b', 2, 0), same('c', 1, 1), same('a', 2, 2)], { ...RULES, tokens: 130 })), ['c', 'a'])
  })

  it('pays a heading once, so that a second passage of the document is the better buy', () => {
    const doc = 'shared' as DocumentId
    const a = passage('a', [unit(20, 0.9, 0)], { doc, headTokens: 20 })
    const b = passage('b', [unit(20, 0.5, 1)], { doc, headTokens: 20, rank: 2 })
    const c = passage('c', [unit(20, 0.6, 2)], { headTokens: 20, rank: 3 })
    const selection = select([a, b, c], { ...RULES, tokens: 60 })
    assert.deepEqual([names(selection), selection.tokens], [['a', 'b'], 60])
  })

  it('shows a passage larger before it takes another that brings less for its tokens', () => {
    const a = passage('a', [unit(20, 0.9, 0), unit(20, 0.7, 1)], { ends: [1, 2] })
    const b = passage('b', [unit(20, 0.5, 2)], { rank: 2 })
    const { chosen, steps } = select([a, b], { ...RULES, tokens: 40 })
    assert.deepEqual(
      chosen.map((each) => [each.passage.chunk, each.variant.to]),
      [['a', 2]],
    )
    assert.deepEqual(
      steps.map(({ to }) => to),
      [0, 1],
    )
  })

  it('covers every facet before any gets more', () => {
    // Three good passages about the one thing, a weaker one about the other.
    const about = (name: string, rank: number, value: number, facets: readonly number[]) =>
      passage(name, [unit(50, value, rank, facets)], { rank })
    const passages = [
      about('a1', 1, 0.9, [0.9, 0]),
      about('a2', 2, 0.85, [0.9, 0]),
      about('a3', 3, 0.8, [0.9, 0]),
      about('b', 4, 0.4, [0, 0.9]),
    ]
    const of = (weight: number): readonly string[] => names(select(passages, { ...RULES, facets: [{ weight }, { weight }] }))
    assert.deepEqual(of(0), ['a1', 'a2'])
    assert.deepEqual(of(2), ['a1', 'b'])
  })

  it('packs near-identical chunks once, also where they are well worth their tokens', () => {
    const units = (extra: number) => [unit(40, 0.9, 0), unit(40, 0.8, 1), unit(10, 0.9, extra)]
    const { chosen, refused } = select([passage('a', units(2)), passage('b', units(3), { rank: 2 })], { ...RULES, tokens: 1000 })
    assert.equal(chosen.length, 1)
    assert.deepEqual(
      refused.map(({ reason, by, step }) => [reason, by, step]),
      [['duplicate', 'a', 1]],
    )
  })

  describe('required documents', () => {
    const weak = (name: string, rank: number, value: number, cluster: number) =>
      passage(name, [unit(30, value, cluster)], { rank, doc: 'must' as DocumentId, required: true })
    const strong = passage('strong', [unit(60, 0.9, 9)])

    it('come first, even without any value or against the stop rule', () => {
      const rules: PackRules = { ...RULES, pricePer1kTokens: 10 }
      assert.deepEqual(names(select([strong, weak('w', 2, 0, 0)], rules)), ['w', 'strong'])
    })

    it('keep a floor, beyond which they compete', () => {
      const passages = [strong, weak('w1', 2, 0.4, 0), weak('w2', 3, 0.3, 1)]
      assert.deepEqual(names(select(passages, { ...RULES, requiredTokens: 0 })), ['w1', 'strong'])
      assert.deepEqual(names(select(passages, { ...RULES, requiredTokens: 60 })), ['w1', 'w2'])
    })

    it('get no more than is worth its tokens out of the floor', () => {
      // 30 tokens at .1 are worth .12 and cost .3.
      const passages = [strong, weak('w1', 2, 0.4, 0), weak('w2', 3, 0.1, 1)]
      assert.deepEqual(names(select(passages, { ...RULES, requiredTokens: 60, pricePer1kTokens: 10 })), ['w1', 'strong'])
    })

    it('do not break the budget', () => {
      assert.deepEqual(names(select([weak('w', 1, 0.9, 0)], { ...RULES, tokens: 29 })), [])
    })
  })

  it('shows no more of a passage than says little again', () => {
    // The first says cluster 0; the second would say it again beside 30 or 300 new tokens.
    const first = passage('first', [unit(30, 0.9, 0)])
    const again = (fresh: number) => passage('again', [unit(fresh, 0.8, 1), unit(30, 0.8, 0)], { rank: 2, doc: 'other' as DocumentId })
    const shown = (fresh: number, repeatedShare: number) => select([first, again(fresh)], { ...RULES, tokens: 1000, repeatedShare }).chosen
    assert.deepEqual(
      shown(30, 1).map(({ passage: { chunk } }) => chunk),
      ['first', 'again'],
    )
    assert.equal(shown(30, 0.2).length, 1)
    assert.equal(shown(300, 0.2).length, 2)
    // What a text says twice by itself is no repetition.
    assert.equal(select([passage('twice', [unit(30, 0.9, 0), unit(30, 0.9, 0)])], { ...RULES, repeatedShare: 0 }).chosen.length, 1)
  })

  it('packs nothing out of nothing', () => {
    assert.deepEqual(select([], RULES), { chosen: [], refused: [], steps: [], tokens: 0, value: 0 })
    assert.deepEqual(names(select([passage('a', [unit(1, 1, 0)])], { ...RULES, tokens: 0 })), [])
  })
})
