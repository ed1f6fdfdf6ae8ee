import { test } from 'node:test'
import assert from 'node:assert/strict'
import { areaUnderRecall, tokensAtRecall } from '../../../bench/budget/crossing.ts'
import { curvesPicture } from '../../../bench/budget/curves.ts'
import { differencesOf, figuresOf, topTenOf } from '../../../bench/budget/figures.ts'
import type { Judged } from '../../../bench/budget/judge.ts'
import { createRedundancyMeter } from '../../../bench/budget/redundancy.ts'
import type { BudgetResult } from '../../../bench/budget/result.ts'
import { spreadLabels } from '../../../bench/svg/spread-labels.ts'
import { wordCounter } from './word-counter.ts'

test('a recall is reached between two budgets, on the logarithm of tokens', () => {
  const curve = [
    { tokens: 100, recall: 0.2 },
    { tokens: 400, recall: 0.6 },
    { tokens: 800, recall: 0.6 },
  ]
  assert.equal(tokensAtRecall(curve, 0.1), 100)
  assert.equal(tokensAtRecall(curve, 0.4)?.toFixed(9), '200.000000000')
  assert.equal(tokensAtRecall(curve, 0.6), 400)
  assert.equal(tokensAtRecall(curve, 0.61), null)
  assert.equal(
    tokensAtRecall(
      [
        { tokens: 0, recall: 0 },
        { tokens: 50, recall: 1 },
      ],
      0.5,
    ),
    50,
  )
})

test('area: trapezoids over the doublings', () => {
  const points = [
    { budget: 128, recall: 0 },
    { budget: 256, recall: 1 },
    { budget: 1024, recall: 1 },
  ]
  assert.equal(areaUnderRecall(points), (0.5 + 2) / 3)
  assert.equal(areaUnderRecall(points.slice(1, 2)), 1)
  assert.equal(areaUnderRecall([]), 0)
})

const judged = (recall: number, tokens: number, more: Partial<Judged> = {}): Judged => ({
  recall,
  tokens,
  evidence: 10,
  bodyTokens: tokens,
  redundant: 0,
  ...more,
})
const naive = {
  rows: [[judged(0, 0, { evidence: 0 })], [judged(1, 100, { redundant: 50 })]],
  topTen: [judged(0.5, 200), judged(1, 600)],
  times: [1, 3],
}
const ration = { rows: [[judged(1, 40)], [judged(1, 60)]], topTen: null, times: [2, 2] }

test('figures of a system: means over questions, shares over all tokens', () => {
  const figures = figuresOf(naive, [100], { naive: topTenOf(naive), hybrid: null }, ['q1', 'q2'])
  assert.deepEqual(figures, {
    'recall@100': 0.5,
    'precision@100': 0.1,
    'redundancy@100': 0.5,
    'unused@100': 0.5,
    'tokens@100': 50,
    area: 0.5,
    p50_ms: 2,
    p95_ms: 2.9,
    top10: { tokens: 400, recall: 0.75 },
    tokens_to_naive10: null,
    ratio_to_naive10: null,
    tokens_to_hybrid10: null,
    ratio_to_hybrid10: null,
    per_query: { q1: [0], q2: [1] },
  })
  const own = figuresOf(ration, [100], { naive: topTenOf(naive), hybrid: topTenOf(ration) }, null)
  assert.deepEqual([own.tokens_to_naive10, own.ratio_to_naive10, own.top10, own.tokens_to_hybrid10], [50, 0.125, null, null])
  const strings = { ...ration, rows: [[judged(1, 40, { evidence: null })]] }
  assert.equal(figuresOf(strings, [100], { naive: null, hybrid: null }, null)['precision@100'], null)
  assert.equal(differencesOf(ration, naive, [100])['@100']?.mean, 0.5)
})

test('a sentence that nearly repeats an earlier one is redundant; another number, or few words, are not', () => {
  const measure = createRedundancyMeter((text) => wordCounter.count(text))
  const first = 'The quick brown fox jumps over the lazy dog in autumn.'
  assert.deepEqual(measure([first, 'Something else stands here, quite unlike the other.']), { tokens: 19, redundant: 0 })
  assert.deepEqual(measure([first, `New words come first. ${first.replace('autumn', 'winter')}`]), { tokens: 26, redundant: 11 })
  assert.deepEqual(measure([`${first} ${first}`]), { tokens: 22, redundant: 11 })
  const row = 'the company paid a total of 12 million for it in those years'
  assert.equal(measure([row, row.replace('12', '13')]).redundant, 0)
  assert.equal(measure(['Yes, it is.', 'Yes, it is.']).redundant, 0)
})

test('labels are moved apart and stay in the picture', () => {
  assert.deepEqual(spreadLabels([10, 10, 50], 5, 0, 100), [10, 15, 50])
  assert.deepEqual(spreadLabels([99, 100], 5, 0, 100), [95, 100])
  assert.deepEqual(spreadLabels([30, 20], 5, 0, 100), [30, 20])
})

test('the picture: a line for each system, each named, nothing that is no number', () => {
  const figures = figuresOf(naive, [100], { naive: null, hybrid: null }, null)
  const result = {
    dataset: 'a<b',
    profile: 'fast',
    evidence: 'spans',
    queries: 2,
    budgets: [100],
    systems: { naive: figures, ration: figures, 'ration-without-facets': figures },
  } as unknown as BudgetResult
  const picture = curvesPicture([result, result, result])
  assert.equal(picture.match(/<polyline/g)?.length, 6)
  assert.match(picture, /a&lt;b/)
  assert.match(picture, />ration 0\.50</)
  assert.doesNotMatch(picture, /NaN|undefined|without/)
  assert.match(picture, /viewBox="0 0 1040 660"/)
})
