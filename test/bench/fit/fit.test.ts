import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { calibrationError } from '../../../bench/fit/calibration-error.ts'
import { fitWeights, setFigures } from '../../../bench/fit/fit.ts'
import { evidenceShare } from '../../../bench/fit/label.ts'
import { fitLogistic, logistic } from '../../../bench/fit/logistic.ts'
import type { ObservedQuestion } from '../../../bench/fit/observe.ts'
import { createPrng } from '../../../bench/prng.ts'
import { evidenceProbability } from '../../../src/core/evidence/model.ts'
import type { DocumentId } from '../../../src/core/ids.ts'

const near = (actual: number, expected: number, by: number) =>
  assert.ok(Math.abs(actual - expected) < by, `${actual} is not near ${expected}`)

describe('logistic regression', () => {
  it('finds the log odds of a single group', () => {
    const beta = fitLogistic([
      { x: Float64Array.of(1), y: 1, weight: 1 },
      { x: Float64Array.of(1), y: 0, weight: 3 },
    ])
    near(beta[0] ?? 0, Math.log(1 / 3), 1e-4)
  })

  it('takes a degree for as much evidence', () => {
    near(logistic(fitLogistic([{ x: Float64Array.of(1), y: 0.2, weight: 5 }]), Float64Array.of(1)), 0.2, 1e-4)
  })
})

describe('fitting what a sentence is worth', () => {
  const truth = { intercept: -4, weights: { score: 3, covered: 2, nearby: 1, bm25: 0.5 } }
  const random = createPrng(11)
  const question = (id: string): ObservedQuestion => ({
    id,
    units: Array.from({ length: 200 }, () => {
      const features = { score: random(), covered: random(), nearby: random(), bm25: random() }
      return { features, share: random() < evidenceProbability(truth, features) ? 1 : 0, characters: 300 }
    }),
  })
  const questions = Array.from({ length: 200 }, (_, index) => question(`q${index}`))

  it('finds the weights that made the data, and finds them calibrated', () => {
    const weights = fitWeights([{ dataset: 'made', weight: 1, dev: questions, test: [] }])
    near(weights.intercept, -4, 0.3)
    near(weights.weights.score, 3, 0.25)
    near(weights.weights.covered, 2, 0.25)
    near(weights.weights.nearby, 1, 0.25)
    near(weights.weights.bm25, 0.5, 0.25)
    const figures = setFigures('made', questions, weights)
    near(figures.expected, figures.evidence, 1e-3)
    near(figures.ece, 0, 0.02)
  })

  it('counts a set as much as it is told to, however many questions it has', () => {
    const unit = (share: number) => ({ features: { score: 0, covered: 0, nearby: 0, bm25: 0 }, share, characters: 300 })
    const never = { dataset: 'never', weight: 1, test: [], dev: Array.from({ length: 50 }, () => ({ id: 'q', units: [unit(0)] })) }
    const always = { dataset: 'always', weight: 3, test: [], dev: [{ id: 'q', units: [unit(1)] }] }
    const weights = fitWeights([never, always])
    near(evidenceProbability(weights, { score: 0, covered: 0, nearby: 0, bm25: 0 }), 0.75, 0.01)
  })
})

describe('what a sentence is worth', () => {
  const doc = 'd' as DocumentId
  const unit = { doc, span: { start: 10, end: 20 }, text: 'held here.' }

  it('is the share of it that stands in references, wherever they stand', () => {
    const reference = (text: string, ...starts: number[]) => ({
      text,
      tokens: 1,
      characters: 1,
      places: starts.map((start) => ({ doc, start })),
    })
    const share = (...references: ReturnType<typeof reference>[]) => evidenceShare({ references, answers: [] }, unit, false)
    assert.equal(share(reference('12345', 8)), 0.3)
    assert.equal(share(reference('12345', 8), reference('123456', 90, 8)), 0.4)
    assert.equal(share(reference('12345', 8), reference('1', 19)), 0.4)
    assert.equal(share(reference('12345', 20)), 0)
    assert.equal(evidenceShare({ references: [reference('12345', 8)], answers: [] }, { ...unit, doc: 'e' as DocumentId }, true), 0)
  })

  it('is whether it holds an answer in a relevant document', () => {
    const asked = { references: [], answers: ['held'] }
    assert.equal(evidenceShare(asked, unit, true), 1)
    assert.equal(evidenceShare(asked, unit, false), 0)
    assert.equal(evidenceShare({ references: [], answers: ['elsewhere'] }, unit, true), 0)
  })
})

describe('calibration error', () => {
  it('is the mean gap of bins of equal weight', () => {
    // Ten forecasts, a bin each: nine are right, one says .5 and never happens.
    const right = Array.from({ length: 9 }, () => ({ p: 0, y: 0, weight: 1 }))
    near(calibrationError([...right, { p: 0.5, y: 0, weight: 1 }]), 0.05, 1e-12)
    assert.equal(calibrationError([]), 0)
  })
})
