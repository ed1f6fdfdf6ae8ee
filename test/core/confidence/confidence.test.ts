import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { shareBelow, thresholdOf } from '../../../src/core/confidence/calibration.ts'
import { madeQuestions } from '../../../src/core/confidence/made-question.ts'
import { confidenceOf, relevanceOf, type ConfidenceModel } from '../../../src/core/confidence/model.ts'
import { parseConfidenceModel } from '../../../src/core/confidence/parse-model.ts'
import { RELEVANCE_SIGNALS, relevanceSignals } from '../../../src/core/confidence/signals.ts'
import { readChunks } from '../../../src/core/evidence/read.ts'
import { chunkOf } from '../evidence/fixture.ts'

const close = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`)
const read = (query: string, ...chunks: Parameters<typeof chunkOf>[]) =>
  readChunks(
    query,
    chunks.map((of) => chunkOf(...of).chunk),
  )
const NO_LEGS = { cosines: [], bm25: [] }

describe('relevance signals', () => {
  it('compare BM25 with what no text can reach, where absent terms weigh most', () => {
    // Two units; "alpha" stands in one of them, "zeta" in none. One passage of two words, so its length is the mean.
    const reading = read('alpha zeta', [['alpha', 'beta']])
    const alpha = Math.log(3 / 1.5)
    const zeta = Math.log(3 / 0.5)
    const { passage, sentence } = relevanceSignals(NO_LEGS, reading, 100)
    close(passage, alpha / (2.2 * (alpha + zeta)))
    close(sentence, alpha / (2.2 * (alpha + zeta)))
  })

  it('count the headings above a sentence', () => {
    const bare = relevanceSignals(NO_LEGS, read('alpha beta', [['alpha', 'other']]), 100)
    const titled = relevanceSignals(NO_LEGS, read('alpha beta', [['alpha', 'other'], { title: 'Beta' }]), 100)
    assert.ok(titled.sentence > bare.sentence && titled.passage > bare.passage)
  })

  it('take the best of each leg', () => {
    const { cosine, lead, bm25 } = relevanceSignals({ cosines: [0.2, 0.6, 0.4], bm25: [3, 9] }, read('alpha beta', [['alpha']]), 98)
    close(cosine, 0.6)
    close(lead, 0.2)
    close(bm25, 9 / (2.2 * 2 * Math.log(100)))
  })

  it('are 0 where nothing was found or asked', () => {
    for (const reading of [read('alpha'), read('', [['alpha']]), read('alpha', [[]])]) {
      for (const value of Object.values(relevanceSignals(NO_LEGS, reading, 0))) assert.equal(value, 0)
    }
  })

  it('are finite and do not fall below 0, whatever the text', () => {
    const text = fc.array(fc.constantFrom('alpha', 'beta', 'the', '42', '…', ''), { maxLength: 6 })
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), (query, chunks) => {
        const reading = read(query.join(' '), ...chunks.map((sentences): [readonly string[]] => [sentences]))
        for (const name of RELEVANCE_SIGNALS) {
          const value = relevanceSignals({ cosines: [0.3], bm25: [1] }, reading, 5)[name]
          assert.ok(Number.isFinite(value) && value >= 0, `${name} ${value}`)
        }
      }),
    )
  })
})

const weights = { cosine: 1, lead: 0, passage: 0, sentence: 0, bm25: 0 }
const model: ConfidenceModel = {
  name: 'confidence-v0/test',
  embedder: 'e@1',
  relevance: { hybrid: { intercept: -1, weights }, lexical: { intercept: -2, weights } },
  confidence: { intercept: 0, weights: { relevance: 1, shown: 1, tokens: 0 } },
}

describe('the model', () => {
  it('is a logistic regression for each kind of ranking', () => {
    const signals = { cosine: 3, lead: 9, passage: 9, sentence: 9, bm25: 9 }
    close(relevanceOf(model, 'hybrid', signals), 1 / (1 + Math.exp(-2)))
    close(relevanceOf(model, 'lexical', signals), 1 / (1 + Math.exp(-1)))
  })

  it('has no confidence in an empty context', () => {
    close(confidenceOf(model, { relevance: 0.5, shown: 0.5, tokens: 3 }), 1 / (1 + Math.exp(-1)))
    assert.equal(confidenceOf(model, { relevance: 1, shown: 0, tokens: 0 }), 0)
  })

  it('is read from JSON, and what is no model is named', () => {
    assert.deepEqual(parseConfidenceModel(JSON.parse(JSON.stringify({ ...model, figures: [] })), 'f'), model)
    const without = { ...model, relevance: { hybrid: model.relevance.hybrid } }
    for (const [value, message] of [
      [null, /no weights for "hybrid"/],
      [{ ...model, name: '' }, /"name" is not a text/],
      [without, /no weights for "lexical"/],
      [{ ...model, confidence: { intercept: 0, weights: { relevance: 1, shown: NaN, tokens: 0 } } }, /"shown" is not a number/],
    ] as const) {
      assert.throws(() => parseConfidenceModel(value, 'f'), { code: 'model_unavailable', message })
    }
  })

  for (const profile of ['fast', 'standard']) {
    it(`of ${profile} finds the better question more relevant, and more shown more trustworthy`, () => {
      const file = new URL(`../../../models/confidence-v0/${profile}.json`, import.meta.url)
      const bundled = parseConfidenceModel(JSON.parse(readFileSync(file, 'utf8')), file.pathname)
      const low = { cosine: 0.2, lead: 0.05, passage: 0.08, sentence: 0.08, bm25: 0.08 }
      const high = { cosine: 0.7, lead: 0.2, passage: 0.45, sentence: 0.5, bm25: 0.4 }
      for (const scorer of ['hybrid', 'lexical'] as const) {
        assert.ok(
          relevanceOf(bundled, scorer, high) > 0.9 && relevanceOf(bundled, scorer, low) < 0.1,
          `${scorer} ${relevanceOf(bundled, scorer, high)} ${relevanceOf(bundled, scorer, low)}`,
        )
      }
      const shown = (relevance: number, share: number) => confidenceOf(bundled, { relevance, shown: share, tokens: 6 })
      assert.ok(shown(0.9, 0.5) > shown(0.1, 0.5) && shown(0.9, 0.9) > shown(0.9, 0.1))
    })
  }
})

describe('a threshold', () => {
  it('gives up the share that it may and no more', () => {
    const own = Array.from({ length: 100 }, (_, at) => (at + 1) / 100)
    // Place .02 · 101 = 2.02 of 1, 2, 3, …: two are below.
    close(thresholdOf(own, 0.02), 0.0202)
    close(shareBelow(0.0202, own), 0.02)
    assert.equal(thresholdOf([0.4, 0.2], 0), 0.2)
    assert.equal(thresholdOf([0.4, 0.2], 0.3), 0.2)
    assert.equal(thresholdOf([], 0.02), 0)
    assert.equal(shareBelow(1, []), 0)
  })

  it('never gives up a question more than that, whatever they are', () => {
    const relevance = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.array(relevance, { minLength: 1 }), fc.double({ min: 0, max: 0.5, noNaN: true }), (own, lost) => {
        assert.ok(shareBelow(thresholdOf(own, lost), own) <= lost + 1 / own.length)
      }),
    )
  })
})

describe('made questions', () => {
  it('stand evenly over a long text', () => {
    const page = (name: string) => `The ${name} keeper paints one winter storm. ${'x '.repeat(740)}\n`
    const questions = madeQuestions(`${page('lighthouse')}${page('harbour')}${page('museum')}`, 9)
    assert.equal(questions.length, 3)
    assert.equal(madeQuestions(page('lighthouse').repeat(3), 2).length, 2)
  })

  it('is every second telling word of the longest sentence', () => {
    const text = 'Short one. The old lighthouse keeper of Skagen painted every winter storm in blue. End.'
    assert.deepEqual(madeQuestions(text, 1), ['lighthouse Skagen every storm'])
  })

  it('is not made of what says too little', () => {
    for (const text of ['', 'the of and', 'One two three.']) assert.deepEqual(madeQuestions(text, 9), [])
  })
})
