import { test } from 'node:test'
import assert from 'node:assert/strict'
import { bootstrapInterval, pairedDifference } from '../../bench/metrics/bootstrap.ts'
import { createPrng } from '../../bench/prng.ts'
import { InvariantError } from '../../src/core/errors.ts'

const uniform = createPrng(3)
const SAMPLE = Array.from({ length: 200 }, () => uniform())

test('the same values give the same interval; another seed another one', () => {
  assert.deepEqual(bootstrapInterval(SAMPLE), bootstrapInterval(SAMPLE))
  assert.notDeepEqual(bootstrapInterval(SAMPLE, 2000, 1), bootstrapInterval(SAMPLE, 2000, 2))
})

test('constant values have an interval of no width', () => {
  assert.deepEqual(bootstrapInterval([0.25, 0.25, 0.25]), [0.25, 0.25])
})

test('of 0 and 1 the resampled means are 0, 1/2 and 1 with 1/4, 1/2 and 1/4: the middle 95 % reaches from 0 to 1', () => {
  assert.deepEqual(bootstrapInterval([0, 1]), [0, 1])
})

test('200 uniform values: the interval is near mean ± 1.96 * sd / sqrt(n)', () => {
  const mean = SAMPLE.reduce((sum, value) => sum + value, 0) / 200
  const variance = SAMPLE.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 200
  const half = 1.96 * Math.sqrt(variance / 200)
  const [low, high] = bootstrapInterval(SAMPLE)
  assert.ok(Math.abs(low - (mean - half)) < 0.15 * half, `${low} is far from ${mean - half}`)
  assert.ok(Math.abs(high - (mean + half)) < 0.15 * half, `${high} is far from ${mean + half}`)
})

test('a run against itself: difference 0, p 1', () => {
  const { mean, interval, p, queries } = pairedDifference(SAMPLE, SAMPLE)
  assert.deepEqual({ mean, interval, p, queries }, { mean: 0, interval: [0, 0], p: 1, queries: 200 })
})

test('the same gain on every query: no resample can be that far off, p = 1 / 2001', () => {
  const better = SAMPLE.map((value) => value + 0.125)
  const { mean, p } = pairedDifference(better, SAMPLE)
  assert.ok(Math.abs(mean - 0.125) < 1e-12)
  assert.equal(p, 1 / 2001)
})

test('gains and losses that cancel: the interval holds 0 and p is large; pairing sees a small steady gain', () => {
  const noise = SAMPLE.map((_, index) => (index % 2 === 0 ? 0.3 : -0.3))
  const zero = pairedDifference(
    SAMPLE.map((value, index) => value + (noise[index] ?? 0)),
    SAMPLE,
  )
  assert.ok(zero.interval[0] < 0 && zero.interval[1] > 0)
  assert.ok(zero.p > 0.9)
  const steady = pairedDifference(
    SAMPLE.map((value, index) => value + 0.02 + (noise[index] ?? 0) / 10),
    SAMPLE,
  )
  assert.ok(steady.interval[0] > 0 && steady.p < 0.001)
})

test('what cannot be paired or resampled is a bug of the caller', () => {
  assert.throws(() => pairedDifference([1], [1, 2]), InvariantError)
  assert.throws(() => bootstrapInterval([]), InvariantError)
})

test('mulberry32 gives the same numbers everywhere: the first of seed 1 by the reference implementation', () => {
  const random = createPrng(1)
  const first = random()
  assert.equal(first, 0.6270739405881613)
  assert.ok(Array.from({ length: 1000 }, random).every((value) => value >= 0 && value < 1))
})
