import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { reservedTokens, budgetCeiling, tokensLeft } from '../../../src/core/budget/window.ts'

const LIMITS = { most: 1_000_000, autoCeiling: 4000 }
const window = (tokens: number, reserve: Record<string, number> = {}) => ({ tokens, reserve })

test('the example of the documentation, by hand', () => {
  const example = window(8000, { system: 600, history: 2000, answer: 1000 })
  assert.equal(reservedTokens(example), 3600)
  assert.equal(tokensLeft(example), 4400)
  assert.equal(budgetCeiling(1500, example, LIMITS), 1500)
  assert.equal(budgetCeiling(6000, example, LIMITS), 4400)
  assert.equal(budgetCeiling('auto', example, LIMITS), 4400)
})

test('without a window a number is itself and auto ends at its setting', () => {
  assert.equal(budgetCeiling(1500, null, LIMITS), 1500)
  assert.equal(budgetCeiling('auto', null, LIMITS), 4000)
})

test('a window that leaves one token leaves a budget, one that leaves none does not', () => {
  assert.equal(budgetCeiling(10, window(100, { answer: 99 }), LIMITS), 1)
  assert.equal(budgetCeiling(10, window(100, { answer: 100 }), LIMITS), 0)
  assert.equal(budgetCeiling('auto', window(100, { answer: 60, system: 41 }), LIMITS), -1)
})

const tokens = fc.integer({ min: 1, max: 10_000_000 })
const reserve = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 1_000_000 }), { maxKeys: 6 })
const limits = fc.record({ most: tokens, autoCeiling: tokens })

test('prompt and context always fit the window together, and no limit is passed', () => {
  fc.assert(
    fc.property(fc.oneof(tokens, fc.constant('auto' as const)), tokens, reserve, limits, (asked, size, parts, bounds) => {
      const ceiling = budgetCeiling(asked, window(size, parts), bounds)
      assert.ok(ceiling <= bounds.most)
      assert.equal(ceiling < 1, tokensLeft(window(size, parts)) < 1)
      assert.ok(ceiling + reservedTokens(window(size, parts)) <= size)
      if (asked !== 'auto') assert.ok(ceiling <= asked)
    }),
  )
})

test('a larger reserve never leaves a larger budget', () => {
  fc.assert(
    fc.property(tokens, tokens, reserve, tokens, (asked, size, parts, more) => {
      const before = budgetCeiling(asked, window(size, parts), LIMITS)
      const after = budgetCeiling(asked, window(size, { ...parts, 'one more': more }), LIMITS)
      assert.ok(after <= before)
    }),
  )
})
