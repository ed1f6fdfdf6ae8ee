import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { ChunkId, DocumentId } from '../../../src/core/ids.ts'
import { allowance, minimumBudget } from '../../../src/core/packing/minimum.ts'
import { pack, type PackRules, type Priced } from '../../../src/core/packing/pack.ts'
import { areSimilar, jaccard, wordSet } from '../../../src/core/packing/similarity.ts'

const RULES: PackRules = {
  tokens: 100,
  maxItems: 10,
  maxDocuments: Infinity,
  tokensPerDocument: 100,
  pricePer1kTokens: 0.1,
  duplicateJaccard: 0.8,
}

const piece = (chunk: string, tokens: number, more: Partial<Priced> = {}): Priced => ({
  chunk: chunk as ChunkId,
  doc: `doc-${chunk}` as DocumentId,
  span: { start: 0, end: 10 },
  words: new Set([chunk]),
  value: 0.5,
  tokens,
  ...more,
})

const fates = (candidates: readonly Priced[], rules: Partial<PackRules> = {}) => {
  const { packed, refused } = pack(candidates, { ...RULES, ...rules })
  return { packed: packed.map(({ chunk }) => chunk), refused: refused.map(({ candidate, reason }) => [candidate.chunk, reason]) }
}

describe('pack', () => {
  it('takes candidates in rank order and lets smaller ones use the room that a larger one could not', () => {
    assert.deepEqual(fates([piece('a', 60), piece('b', 50), piece('c', 40)]), { packed: ['a', 'c'], refused: [['b', 'over_budget']] })
  })

  it('refuses what brings less than its tokens cost', () => {
    // 50 tokens at .1 per 1,000 cost .005
    const { packed, refused } = fates([piece('a', 50, { value: 0.005 }), piece('b', 50, { value: 0.0049 })])
    assert.deepEqual({ packed, refused }, { packed: ['a'], refused: [['b', 'low_value']] })
  })

  it('caps one document', () => {
    const doc = 'same' as DocumentId
    const candidates = [piece('a', 30, { doc }), piece('b', 30, { doc, span: { start: 10, end: 20 } }), piece('c', 30)]
    assert.deepEqual(fates(candidates, { tokensPerDocument: 50 }), { packed: ['a', 'c'], refused: [['b', 'per_document_cap']] })
  })

  it('stops at the most items and the most documents', () => {
    const candidates = [piece('a', 1), piece('b', 1), piece('c', 1)]
    assert.deepEqual(fates(candidates, { maxItems: 2 }).refused, [['c', 'over_budget']])
    assert.deepEqual(fates(candidates, { maxDocuments: 1 }).packed, ['a'])
  })

  it('packs near-duplicate text and overlapping spans once, naming what it duplicates', () => {
    const words = wordSet('rotate the key in the console and wait for it')
    const near = wordSet('rotate the key in the console and wait for it now')
    const { refused } = pack([piece('a', 10, { words }), piece('b', 10, { words: near })], RULES)
    assert.deepEqual(
      refused.map(({ reason, duplicateOf }) => [reason, duplicateOf]),
      [['duplicate', 'a']],
    )
    const doc = 'same' as DocumentId
    const overlapping = [piece('a', 10, { doc }), piece('b', 10, { doc, span: { start: 9, end: 12 } })]
    assert.deepEqual(fates(overlapping).refused, [['b', 'duplicate']])
  })

  const arbitraryPiece = fc.record({
    doc: fc.nat(4),
    start: fc.nat(50),
    length: fc.integer({ min: 1, max: 30 }),
    words: fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 12 }),
    value: fc.double({ min: 0, max: 1, noNaN: true }),
    tokens: fc.integer({ min: 1, max: 60 }),
  })
  const arbitraryRules = fc.record({
    tokens: fc.integer({ min: 0, max: 300 }),
    maxItems: fc.integer({ min: 1, max: 8 }),
    maxDocuments: fc.integer({ min: 1, max: 4 }),
    tokensPerDocument: fc.integer({ min: 1, max: 300 }),
    pricePer1kTokens: fc.double({ min: 0, max: 20, noNaN: true }),
    duplicateJaccard: fc.constantFrom(0.5, 0.8, 1),
  })

  it('keeps every rule for random candidates and rules', () => {
    fc.assert(
      fc.property(fc.array(arbitraryPiece, { maxLength: 25 }), arbitraryRules, (drawn, rules) => {
        const candidates = drawn.map((one, position): Priced => ({
          chunk: `c${position}` as ChunkId,
          doc: `d${one.doc}` as DocumentId,
          span: { start: one.start, end: one.start + one.length },
          words: new Set(one.words.map(String)),
          value: one.value,
          tokens: one.tokens,
        }))
        const { packed, refused } = pack(candidates, rules)
        const everyone = [...packed.map(({ chunk }) => chunk), ...refused.map(({ candidate }) => candidate.chunk)]
        assert.deepEqual([...everyone].sort(), candidates.map(({ chunk }) => chunk).sort(), 'each candidate has one fate')
        assert.ok(packed.reduce((sum, { tokens }) => sum + tokens, 0) <= rules.tokens)
        assert.ok(packed.length <= rules.maxItems)
        const byDocument = Map.groupBy(packed, ({ doc }) => doc)
        assert.ok(byDocument.size <= rules.maxDocuments)
        for (const pieces of byDocument.values()) {
          assert.ok(pieces.reduce((sum, { tokens }) => sum + tokens, 0) <= rules.tokensPerDocument)
        }
        packed.forEach((one, position) => {
          assert.ok(one.value >= (rules.pricePer1kTokens * one.tokens) / 1000)
          for (const other of packed.slice(position + 1)) {
            assert.ok(jaccard(one.words, other.words) < rules.duplicateJaccard)
            assert.ok(one.doc !== other.doc || one.span.end <= other.span.start || other.span.end <= one.span.start)
          }
        })
        for (const { reason, duplicateOf } of refused)
          assert.equal(
            reason === 'duplicate',
            packed.some(({ chunk }) => chunk === duplicateOf),
          )
      }),
      { numRuns: 3000 },
    )
  })

  it('says the smallest budget under which something would have been packed', () => {
    const shape = fc.record({
      share: fc.double({ min: 0.05, max: 1, noNaN: true }),
      shareFloor: fc.nat(300),
      perDocument: fc.double({ min: 0.05, max: 1, noNaN: true }),
      template: fc.nat(20),
    })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 6 }), shape, (costs, shape) => {
        const candidates = costs.map((tokens, position) => piece(`c${position}`, tokens))
        const rules = { ...RULES, pricePer1kTokens: 0 }
        const budget = minimumBudget(candidates, rules, shape)
        assert.ok(budget !== null)
        assert.ok(pack(candidates, { ...rules, ...allowance(budget, shape) }).packed.length > 0)
        assert.equal(pack(candidates, { ...rules, ...allowance(budget - 1, shape) }).packed.length, 0)
      }),
      { numRuns: 1000 },
    )
    assert.equal(minimumBudget([piece('a', 10, { value: 0 })], RULES, { share: 1, shareFloor: 0, perDocument: 1, template: 0 }), null)
  })
})

describe('similarity', () => {
  it('is the share of common words', () => {
    // {a b c} and {b c d}: 2 of 4
    assert.equal(jaccard(wordSet('A b, c'), wordSet('b c d')), 0.5)
    assert.equal(jaccard(wordSet(''), wordSet('')), 1)
  })

  it('decides like jaccard', () => {
    const set = fc.uniqueArray(fc.nat(12)).map((numbers) => new Set(numbers.map(String)))
    fc.assert(
      fc.property(set, set, fc.double({ min: 0.01, max: 1, noNaN: true }), (a, b, threshold) => {
        assert.equal(areSimilar(a, b, threshold), jaccard(a, b) >= threshold)
      }),
    )
  })
})
