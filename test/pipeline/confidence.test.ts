import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { IndexCalibration } from '../../src/core/confidence/calibration.ts'
import type { ConfidenceModel } from '../../src/core/confidence/model.ts'
import { readChunks } from '../../src/core/evidence/read.ts'
import type { Profile } from '../../src/core/ports/model-profiles.ts'
import { relevanceFor } from '../../src/pipeline/confidence.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import { candidateOf } from './fixture.ts'

const weights = { cosine: 4, lead: 0, passage: 4, sentence: 0, bm25: 0 }
const confidence: ConfidenceModel = {
  name: 'confidence-v0/test',
  embedder: 'e@1',
  relevance: { hybrid: { intercept: -2, weights }, lexical: { intercept: -1, weights } },
  confidence: { intercept: 0, weights: { relevance: 1, shown: 1, tokens: 0 } },
}
const profile = { confidence, queries: { fingerprint: 'e@1' } } as unknown as Profile
const calibration: IndexCalibration = {
  ...{ threshold: 0.4, model: 'confidence-v0/test', embedder: 'e@1', scorer: 'hybrid', revision: 1, calibratedAt: '' },
  own: { questions: 1, made: false, abstain: 0 },
  foreign: { questions: 1, abstain: 1 },
}

const found = (leg: 'lexical' | 'vector', score: number): Candidate => ({ ...candidateOf('alpha', 1), evidence: [{ leg, rank: 1, score }] })

function relevance(candidates: readonly Candidate[], own: IndexCalibration | null = calibration) {
  const reading = readChunks(
    'alpha',
    candidates.map(({ text }) => text),
  )
  const reader = { calibration: own, counts: { documents: 9, chunks: 9 } }
  return relevanceFor({ candidates, reading, reader, profile, uncalibrated: 0.1 })
}

describe('relevance', () => {
  it('grows with the cosine, under the threshold of the index', () => {
    const [near, far] = [0.9, 0.1].map((cosine) => relevance([found('vector', cosine)]))
    assert.ok((near?.probability ?? 0) > (far?.probability ?? 1))
    assert.deepEqual([near?.scorer, near?.threshold], ['hybrid', 0.4])
  })

  it('is 0 where nothing was found', () => {
    assert.equal(relevance([]).probability, 0)
  })

  it('has the configured threshold where the index was not calibrated, or with other models', () => {
    const candidates = [found('vector', 0.5)]
    assert.equal(relevance(candidates, null).threshold, 0.1)
    assert.equal(relevance(candidates, { ...calibration, model: 'confidence-v1/test' }).threshold, 0.1)
    assert.equal(relevance(candidates, { ...calibration, embedder: 'e@2' }).threshold, 0.1)
  })

  it('abstains from nothing where the vector leg is missing', () => {
    const { scorer, threshold } = relevance([found('lexical', 3)])
    assert.deepEqual([scorer, threshold], ['lexical', 0])
    assert.equal(relevance([found('lexical', 3)], { ...calibration, scorer: 'lexical' }).threshold, 0.4)
  })
})
