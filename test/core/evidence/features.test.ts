import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { evidenceFeatures, FEATURES, type ScoredChunk } from '../../../src/core/evidence/features.ts'
import { chunkOf } from './fixture.ts'

const close = (actual: number | undefined, expected: number): void => {
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-9, `${actual} is not ${expected}`)
}

describe('features of a unit', () => {
  // Three units; "alpha" stands in one of them, "beta" in two, "gamma" in none.
  const units = evidenceFeatures('alpha beta gamma', [chunkOf(['alpha beta', 'beta', 'nothing'], { score: 0.7 })])[0] ?? []
  const alpha = Math.log(4 / 1.5)
  const beta = Math.log(4 / 2.5)
  const gamma = Math.log(4 / 0.5)
  const whole = alpha + beta + gamma

  it('hold the score of the chunk', () => {
    assert.deepEqual(
      units.map(({ score }) => score),
      [0.7, 0.7, 0.7],
    )
  })

  it('weigh the terms that stand in it by their rarity among the units', () => {
    close(units[0]?.covered, (alpha + beta) / whole)
    close(units[1]?.covered, beta / whole)
    close(units[2]?.covered, 0)
  })

  it('look at the units beside it', () => {
    close(units[1]?.nearby, (alpha + beta) / whole)
    close(units[2]?.nearby, beta / whole)
  })

  it('compare BM25 with the best unit', () => {
    // Lengths 2, 1, 1, mean 4/3; k1 1.2, b .75.
    const part = (idf: number, words: number) => (idf * 2.2) / (1 + 1.2 * (0.25 + (0.75 * words) / (4 / 3)))
    close(units[0]?.bm25, 1)
    close(units[1]?.bm25, part(beta, 1) / (part(alpha, 2) + part(beta, 2)))
    close(units[2]?.bm25, 0)
  })

  it('take the title for what stands in it', () => {
    const [titled] = evidenceFeatures('alpha beta', [chunkOf(['beta here', 'other'], { title: 'Alpha' })])
    close(titled?.[0]?.covered, 1)
    assert.ok((titled?.[0]?.nearby ?? 1) < 1, 'the title is not nearby')
  })

  it('look across the chunks of a document, and not into another document', () => {
    const chunks = [
      chunkOf(['more'], { ordinal: 1 }),
      chunkOf(['other', 'alpha'], { ordinal: 0 }),
      chunkOf(['most'], { doc: 'e', ordinal: 1 }),
    ]
    const [behind, , elsewhere] = evidenceFeatures('alpha', chunks)
    close(behind?.[0]?.nearby, 1)
    close(elsewhere?.[0]?.nearby, 0)
  })

  it('are 0 where the question says nothing, and there are none where there is no text', () => {
    const [only] = evidenceFeatures('', [chunkOf(['alpha'])])
    assert.deepEqual(only, [{ score: 1, covered: 0, nearby: 0, bm25: 0 }])
    assert.deepEqual(evidenceFeatures('alpha', []), [])
    assert.deepEqual(evidenceFeatures('alpha', [chunkOf([])]), [[]])
  })
})

describe('features of any text', () => {
  const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'the', '42', '…')
  const sentence = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))
  const chunk: fc.Arbitrary<ScoredChunk> = fc
    .record({
      sentences: fc.array(sentence, { maxLength: 5 }),
      doc: fc.constantFrom('d', 'e'),
      ordinal: fc.nat(5),
      title: sentence,
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ sentences, ...where }) => chunkOf(sentences, where))

  it('lie in [0, 1], one row a unit', () => {
    fc.assert(
      fc.property(sentence, fc.array(chunk, { maxLength: 6 }), (query, chunks) => {
        const rows = evidenceFeatures(query, chunks)
        assert.deepEqual(
          rows.map((units) => units.length),
          chunks.map((one) => one.chunk.sentences.length),
        )
        for (const unit of rows.flat()) {
          for (const feature of FEATURES) assert.ok(unit[feature] >= 0 && unit[feature] <= 1 + 1e-12, `${feature} ${unit[feature]}`)
        }
      }),
    )
  })

  it('do not depend on the order of the chunks', () => {
    const distinct = fc.uniqueArray(chunk, { maxLength: 6, selector: ({ chunk: { doc, ordinal } }) => `${doc}${ordinal}` })
    fc.assert(
      fc.property(sentence, distinct, (query, chunks) => {
        const forward = evidenceFeatures(query, chunks).flat()
        const backward = evidenceFeatures(query, chunks.toReversed()).toReversed().flat()
        forward.forEach((unit, index) => {
          for (const feature of FEATURES) close(backward[index]?.[feature], unit[feature])
        })
      }),
    )
  })
})
