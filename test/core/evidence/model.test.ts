import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { FEATURES } from '../../../src/core/evidence/features.ts'
import { EVIDENCE_SCORERS, evidenceProbability, evidenceScorer, type EvidenceModel } from '../../../src/core/evidence/model.ts'
import { parseEvidenceModel } from '../../../src/core/evidence/parse-model.ts'

const weights = { intercept: -1, weights: { score: 1, covered: 2, nearby: 0, bm25: 0.5 } }
const model: EvidenceModel = { name: 'evidence-v0/test', embedder: 'encoder@1', scorers: { hybrid: weights, lexical: weights } }

describe('the evidence model', () => {
  it('is a logistic regression', () => {
    // -1 + 1 * 1 + 2 * .25 + .5 * 1 = 1
    const p = evidenceProbability(weights, { score: 1, covered: 0.25, nearby: 0.9, bm25: 1 })
    assert.equal(p, 1 / (1 + Math.exp(-1)))
  })

  it('has weights for scores of its embedder, says where another one made them, and others for words alone', () => {
    assert.deepEqual(evidenceScorer(model, 'encoder@1'), { scorer: 'hybrid', reason: null })
    assert.deepEqual(evidenceScorer(model, 'encoder@2'), { scorer: 'hybrid', reason: 'fitted_with_another_embedder' })
    assert.deepEqual(evidenceScorer(model, null), { scorer: 'lexical', reason: null })
  })

  it('comes back from its file', () => {
    assert.deepEqual(parseEvidenceModel(JSON.parse(JSON.stringify({ ...model, figures: [] })), 'f.json'), model)
  })

  it('refuses a file that is something else, and says what is wrong', () => {
    const refused = (value: unknown, what: RegExp) =>
      assert.throws(() => parseEvidenceModel(value, 'f.json'), { code: 'model_unavailable', message: what })
    refused(null, /f\.json.*"hybrid"/)
    refused({ ...model, name: '' }, /"name" is not a text/)
    refused({ ...model, embedder: 7 }, /"embedder" is not a text/)
    refused({ ...model, scorers: { hybrid: weights } }, /no weights for "lexical"/)
    refused({ ...model, scorers: { ...model.scorers, lexical: { ...weights, intercept: '1' } } }, /"intercept" is not a number/)
    refused({ ...model, scorers: { ...model.scorers, hybrid: { intercept: 0, weights: { score: 1 } } } }, /"covered" is not a number/)
  })
})

for (const profile of ['standard', 'fast']) {
  it(`the weights of ${profile} are what they should be: whatever is found in a sentence makes it no less probable`, () => {
    const file = new URL(`../../../models/evidence-v0/${profile}.json`, import.meta.url)
    const { scorers, name } = parseEvidenceModel(JSON.parse(readFileSync(file, 'utf8')), file.pathname)
    assert.equal(name, `evidence-v0/${profile}`)
    for (const scorer of EVIDENCE_SCORERS) {
      for (const feature of FEATURES) assert.ok(scorers[scorer].weights[feature] >= 0, `${scorer} ${feature}`)
      const nothing = evidenceProbability(scorers[scorer], { score: 0, covered: 0, nearby: 0, bm25: 0 })
      const all = evidenceProbability(scorers[scorer], { score: 1, covered: 1, nearby: 1, bm25: 1 })
      assert.ok(nothing < 0.01 && all > 0.5, `${nothing} to ${all}`)
    }
  })
}
