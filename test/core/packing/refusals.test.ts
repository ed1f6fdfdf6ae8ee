import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DocumentId } from '../../../src/core/ids.ts'
import type { Passage } from '../../../src/core/packing/passage.ts'
import type { PackRules } from '../../../src/core/packing/rules.ts'
import { select } from '../../../src/core/packing/select.ts'
import { passage, RULES, unit } from './instances.ts'

function refusals(passages: readonly Passage[], rules: Partial<PackRules>): readonly (readonly [string, string, string | null])[] {
  return select(passages, { ...RULES, ...rules }).refused.map(({ passage, reason, by }) => [passage.chunk, reason, by])
}

describe('refusals', () => {
  // 25 tokens of evidence at probability p are worth p; at a price of 10 per 1,000 tokens they cost .25.
  const best = passage('best', [unit(25, 0.9, 0), unit(25, 0.8, 1)])
  const price = { pricePer1kTokens: 10 }

  it('duplicate: near-identical to a packed one', () => {
    const twin = passage('twin', [unit(25, 0.9, 0), unit(25, 0.7, 1)], { rank: 2 })
    assert.deepEqual(refusals([best, twin], price), [['twin', 'duplicate', 'best']])
  })

  it('covered_by: worth its tokens, but not beside what says the same', () => {
    const part = passage('part', [unit(25, 0.8, 1), unit(25, 0.1, 5)], { rank: 2 })
    assert.deepEqual(refusals([best, part], price), [['part', 'covered_by', 'best']])
    const other = passage('other', [unit(25, 0.7, 7)], { rank: 3 })
    const parts = passage('parts', [unit(25, 0.8, 1), unit(24, 0.7, 7), unit(25, 0, 6)], { rank: 4 })
    assert.deepEqual(refusals([best, other, parts], price), [['parts', 'covered_by', 'best']], 'named after the one that says most')
  })

  it('covered_by, not duplicate: a chunk that a larger one holds', () => {
    const large = passage('large', [unit(25, 0.9, 0), unit(25, 0.8, 1), unit(25, 0.8, 2), unit(25, 0.8, 3)])
    const small = passage('small', [unit(25, 0.9, 0)], { rank: 2 })
    assert.deepEqual(refusals([large, small], price), [['small', 'covered_by', 'large']])
  })

  it('covered_by: named after the one that says most of it by value, not by count', () => {
    const other = passage('other', [unit(25, 0.9, 7)], { rank: 2 })
    const poor = passage('poor', [unit(25, 0.9, 8), unit(25, 0.3, 9), unit(25, 0.3, 10)], { rank: 3 })
    const mixed = passage('mixed', [unit(25, 0.3, 9), unit(25, 0.3, 10), unit(25, 0.9, 7)], { rank: 4 })
    assert.deepEqual(refusals([other, poor, mixed], { ...price, tokens: 1000 }), [['mixed', 'covered_by', 'other']])
  })

  it('low_value: not worth its tokens', () => {
    assert.deepEqual(refusals([best, passage('poor', [unit(25, 0.24, 2)], { rank: 2 })], price), [['poor', 'low_value', null]])
    assert.deepEqual(refusals([best, passage('fair', [unit(25, 0.26, 2)], { rank: 2 })], price), [])
    assert.deepEqual(refusals([passage('void', [unit(25, 0, 2)])], { pricePer1kTokens: 0 }), [['void', 'low_value', null]])
  })

  it('over_budget: no room for its tokens, for another item or another document', () => {
    const good = passage('good', [unit(51, 0.7, 2)], { rank: 2 })
    assert.deepEqual(refusals([best, good], price), [['good', 'over_budget', null]])
    assert.deepEqual(refusals([best, good], { ...price, tokens: 1000, maxItems: 1 }), [['good', 'over_budget', null]])
    assert.deepEqual(refusals([best, good], { ...price, tokens: 1000, maxDocuments: 1 }), [['good', 'over_budget', null]])
  })

  it('per_document_cap and per_source_cap: its document or source has had its share', () => {
    const good = passage('good', [unit(40, 0.7, 2)], { rank: 2, doc: 'doc-best' as DocumentId })
    assert.deepEqual(refusals([best, good], { ...price, tokensPerDocument: 89 }), [['good', 'per_document_cap', null]])
    assert.deepEqual(refusals([best, good], { ...price, tokensPerDocument: 90 }), [])
    assert.deepEqual(refusals([best, good], { ...price, tokensPerSource: 89 }), [['good', 'per_source_cap', null]])
    assert.deepEqual(refusals([best, { ...good, source: 'else' }], { ...price, tokensPerSource: 89 }), [])
  })
})
