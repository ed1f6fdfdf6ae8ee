import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeGate, type GateThresholds, type GoldenScore, type Measured } from '../../../src/core/golden/gate.ts'
import type { IndexRef, IndexVersion } from '../../../src/core/ids.ts'
import { parseIndexRef } from '../../../src/core/index-ref.ts'

const THRESHOLDS: GateThresholds = { minEvidence: 0, minPassageRecall: 0, liveDrop: 0.02, baselineDrop: 0.03 }

/** Ten questions; `evidence` of each, all found. */
function measured(
  version: string,
  evidence: number,
  change: (score: GoldenScore, at: number) => Partial<GoldenScore> = () => ({}),
): Measured {
  const score: GoldenScore = { evidence, found: 1, stands: true }
  return { version: version as IndexVersion, scores: Array.from({ length: 10 }, (_, at) => ({ ...score, ...change(score, at) })) }
}

test('a small step passes, and small steps do not add up', () => {
  const baseline = measured('v1', 0.8)
  assert.equal(judgeGate(measured('v2', 0.78), { live: baseline, baseline }, THRESHOLDS).passed, true)
  const second = judgeGate(measured('v3', 0.765), { live: measured('v2', 0.78), baseline }, THRESHOLDS)
  assert.equal(second.passed, false, 'within .02 of the live version, but .035 below the baseline')
  assert.deepEqual(second.failures, ['evidence recall is 0.765, 0.035 below the baseline of v1; allowed are 0.030'])
  const leap = judgeGate(measured('v2', 0.77), { live: measured('v1', 0.8), baseline: null }, THRESHOLDS)
  assert.deepEqual(leap.failures, ['evidence recall is 0.770, 0.030 below the live v1; allowed are 0.020'])
})

test('passage recall is judged as evidence is, and both have a floor', () => {
  const lost = measured('v2', 0.8, (_, at) => ({ found: at === 0 ? 0 : 1 }))
  assert.match(judgeGate(lost, { live: measured('v1', 0.8), baseline: null }, THRESHOLDS).failures.join(), /^passage recall is 0.900/)
  const floors = judgeGate(measured('v1', 0.5), { live: null, baseline: null }, { ...THRESHOLDS, minEvidence: 0.6, minPassageRecall: 1 })
  assert.deepEqual(floors.failures, ['evidence recall is 0.500, below the least of 0.600'])
})

test('a question whose passage left the documents is left out on every side, but not where only the candidate lost it', () => {
  const gone = (score: GoldenScore, at: number): Partial<GoldenScore> => (at < 5 ? { evidence: 0, found: 0, stands: false } : score)
  const changed = judgeGate(measured('v2', 0.8, gone), { live: measured('v1', 0.8, gone), baseline: measured('v1', 0.8) }, THRESHOLDS)
  assert.deepEqual([changed.passed, changed.stale, changed.figures.questions, changed.baseline?.evidence.toFixed(3)], [true, 5, 5, '0.800'])
  const lost = judgeGate(measured('v2', 0.8, gone), { live: measured('v1', 0.8), baseline: null }, THRESHOLDS)
  assert.deepEqual([lost.passed, lost.stale, lost.figures.evidence], [false, 0, 0.4])
  const nothing = judgeGate(
    measured('v1', 0, () => ({ stands: false })),
    { live: null, baseline: null },
    THRESHOLDS,
  )
  assert.match(nothing.failures.join(), /no question of the golden set/)
})

test('an index is asked by its name, or with a version or an alias behind it', () => {
  const parse = (text: string) => parseIndexRef(text as IndexRef)
  assert.deepEqual(parse('docs'), { name: 'docs', ref: 'current' })
  assert.deepEqual(parse('docs@v12'), { name: 'docs', ref: 'v12' })
  assert.deepEqual(parse('docs@canary'), { name: 'docs', ref: 'canary' })
  for (const bad of ['', '@v1', 'docs@', 'docs@v0', 'docs@v01', 'docs@latest', 'docs@v1@v2', '../docs', 'docs@v1234567890']) {
    assert.throws(() => parse(bad), { code: 'invalid_request' }, bad)
  }
})
