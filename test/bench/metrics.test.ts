import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { averagePrecision } from '../../bench/metrics/average-precision.ts'
import { mean } from '../../bench/metrics/mean.ts'
import { reciprocalRankAt } from '../../bench/metrics/mrr.ts'
import { ndcgAt } from '../../bench/metrics/ndcg.ts'
import { percentile } from '../../bench/metrics/percentile.ts'
import { recallAt } from '../../bench/metrics/recall.ts'
import { scoreQuery } from '../../bench/metrics/score-query.ts'
import { successAt } from '../../bench/metrics/success.ts'
import { intervals, meanScores } from '../../bench/metrics/summarise.ts'
import { InvariantError } from '../../src/core/errors.ts'

/** Three relevant documents: one at rank 2 (grade 1), one at rank 4 (grade 2), one not found (grade 1); x is judged and not relevant. */
const RANKING = ['x', 'a', 'y', 'b', 'z']
const GRADES = new Map([
  ['x', 0],
  ['a', 1],
  ['b', 2],
  ['c', 1],
])

const close = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`)

test('recall@k: a of three at 2, a and b of three at 5', () => {
  close(recallAt(RANKING, GRADES, 1), 0)
  close(recallAt(RANKING, GRADES, 2), 1 / 3)
  close(recallAt(RANKING, GRADES, 3), 1 / 3)
  close(recallAt(RANKING, GRADES, 5), 2 / 3)
  close(recallAt(RANKING, GRADES, 100), 2 / 3)
})

test('success@k turns to 1 at the first relevant rank', () => {
  assert.deepEqual(
    [1, 2, 5].map((k) => successAt(RANKING, GRADES, k)),
    [0, 1, 1],
  )
  assert.equal(successAt([], GRADES, 5), 0)
})

test('reciprocal rank is one over the first relevant rank, 0 beyond k', () => {
  assert.equal(reciprocalRankAt(RANKING, GRADES, 10), 1 / 2)
  assert.equal(reciprocalRankAt(RANKING, GRADES, 1), 0)
  assert.equal(reciprocalRankAt(['b'], GRADES, 10), 1)
})

test('average precision: precision 1/2 at rank 2, 2/4 at rank 4, 0 for what was not found', () => {
  close(averagePrecision(RANKING, GRADES), (1 / 2 + 2 / 4 + 0) / 3)
  close(averagePrecision(['a', 'b', 'c'], GRADES), 1)
  close(averagePrecision(['x'], GRADES), 0)
})

test('nDCG with exponential gain', () => {
  // gains 1 at rank 2, 3 at rank 4: 1/log2(3) + 3/log2(5) = 0.6309298 + 1.2920297 = 1.9229595
  // ideal 2, 1, 1: 3/1 + 1/log2(3) + 1/log2(4) = 3 + 0.6309298 + 0.5 = 4.1309298
  close(ndcgAt(RANKING, GRADES, 10, 'exponential'), 1.9229595 / 4.1309298)
  // cut at 2: 0.6309298 / (3 + 0.6309298)
  close(ndcgAt(RANKING, GRADES, 2, 'exponential'), 0.6309298 / 3.6309298)
})

test('nDCG with linear gain', () => {
  // gains 1 at rank 2, 2 at rank 4: 0.6309298 + 2 * 0.4306766 = 1.4922829; ideal 2 + 0.6309298 + 0.5 = 3.1309298
  close(ndcgAt(RANKING, GRADES, 10, 'linear'), 1.4922829 / 3.1309298)
})

test('queries without a relevant document have no recall, nDCG or average precision', () => {
  const none = new Map([['a', 0]])
  assert.throws(() => recallAt(['a'], none, 1), InvariantError)
  assert.throws(() => ndcgAt(['a'], none, 1, 'linear'), InvariantError)
  assert.throws(() => averagePrecision(['a'], none), InvariantError)
})

test('both gains agree on grades of 0 and 1, the ideal order scores 1, and everything stays in 0 to 1', () => {
  const judged = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(judged, fc.uniqueArray(fc.nat(30), { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (relevant, ranking, k) => {
      const grades = new Map(relevant.map((doc) => [String(doc), 1]))
      const docs = ranking.map(String)
      assert.equal(ndcgAt(docs, grades, k, 'linear'), ndcgAt(docs, grades, k, 'exponential'))
      close(ndcgAt([...grades.keys()], grades, k, 'linear'), 1)
      for (const value of Object.values(scoreQuery(docs, grades, [k]))) assert.ok(value >= 0 && value <= 1 + 1e-12)
      assert.ok(recallAt(docs, grades, k) <= recallAt(docs, grades, k + 1))
    }),
  )
})

test('scoreQuery names what it measures', () => {
  assert.deepEqual(Object.keys(scoreQuery(RANKING, GRADES, [1, 20])), [
    'ndcg@10',
    'ndcg_linear@10',
    'mrr@10',
    'map',
    'recall@1',
    'success@1',
    'recall@20',
    'success@20',
  ])
})

test('means over queries, and intervals of the headline figures', () => {
  const queries = [scoreQuery(['a'], new Map([['a', 1]]), [10]), scoreQuery(['b'], new Map([['a', 1]]), [10])]
  assert.equal(meanScores(queries)['recall@10'], 0.5)
  assert.deepEqual(Object.keys(intervals(queries)), ['ndcg@10', 'ndcg_linear@10', 'recall@10', 'mrr@10', 'map'])
  assert.deepEqual(meanScores([]), {})
})

test('percentiles interpolate: position p/100 * (n - 1)', () => {
  // four values, p50 at position 1.5: half way between 20 and 30; p95 at 2.85: 30 + 0.85 * 10
  assert.equal(percentile([40, 10, 30, 20], 50), 25)
  close(percentile([40, 10, 30, 20], 95), 38.5)
  assert.equal(percentile([7], 99), 7)
  assert.equal(percentile([1, 2, 3], 0), 1)
  assert.equal(percentile([1, 2, 3], 100), 3)
  assert.throws(() => percentile([], 50), InvariantError)
})

test('the mean of nothing is 0', () => {
  assert.equal(mean([]), 0)
  assert.equal(mean([1, 2, 6]), 3)
})
