import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costUsd } from '../../src/core/cost.ts'

const prices = { contextPer1mTokens: { 'gpt-4o': 2.5, o200k_base: 1 }, embedPer1mTokens: 0.02, rerankPer1kPairs: 2 }

test('every kind of consumption costs its own price', () => {
  assert.equal(costUsd({ contextTokens: 1_000_000, embedTokens: 0, rerankPairs: 0 }, prices, 'gpt-4o'), 2.5)
  assert.equal(costUsd({ contextTokens: 0, embedTokens: 1_000_000, rerankPairs: 0 }, prices, 'gpt-4o'), 0.02)
  assert.equal(costUsd({ contextTokens: 0, embedTokens: 0, rerankPairs: 1000 }, prices, 'gpt-4o'), 2)
  const all = costUsd({ contextTokens: 2000, embedTokens: 50, rerankPairs: 32 }, prices, 'o200k_base')
  assert.ok(Math.abs(all - (0.002 + 0.000001 + 0.064)) < 1e-15)
})

test('a reader without a price costs nothing, whatever it is called', () => {
  for (const reader of ['gpt-5', '', 'constructor', '__proto__']) {
    assert.equal(costUsd({ contextTokens: 1_000_000, embedTokens: 0, rerankPairs: 0 }, prices, reader), 0)
  }
})
