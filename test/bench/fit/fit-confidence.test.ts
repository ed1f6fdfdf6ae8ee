import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { figuresOf, fitConfidence, fitRelevance, type ObservedSet } from '../../../bench/fit-confidence/fit.ts'
import type { ObservedQuestion } from '../../../bench/fit-confidence/observe.ts'
import { createPrng } from '../../../bench/prng.ts'
import { fitConfidenceTables } from '../../../bench/tables/fit-confidence-table.ts'
import { relevanceOf, type ConfidenceModel } from '../../../src/core/confidence/model.ts'

/** Own questions have cosines about .6, foreign ones about .3; evidence is found as often as the share that is shown says. */
function observedSet(dataset: string, seed: number): ObservedSet {
  const random = createPrng(seed)
  const question = (at: number, isOwn: boolean): ObservedQuestion => {
    const signals = { cosine: (isOwn ? 0.6 : 0.3) + (random() - 0.5) / 2, lead: 0, passage: 0, sentence: 0, bm25: 0 }
    const packings = [256, 1024].map(() => {
      const shown = random()
      const told = { probability: 0, threshold: 0, scorer: 'hybrid' as const, signals, shown, tokens: 5 }
      return { told, found: isOwn && random() < shown }
    })
    return { dev: at % 2 === 0, isOwn, packings }
  }
  return { dataset, questions: Array.from({ length: 400 }, (_, at) => question(at, at % 4 < 2)) }
}

const sets = [observedSet('one', 1), observedSet('two', 2)]
const hybrid = fitRelevance(sets)
const relevance = { hybrid, lexical: hybrid }
const model: ConfidenceModel = { name: 'confidence-v0/test', embedder: 'e', relevance, confidence: fitConfidence(sets, relevance) }

describe('fitting confidence', () => {
  it('finds the signal that tells own questions from foreign ones', () => {
    const at = (cosine: number) => relevanceOf(model, 'hybrid', { cosine, lead: 0, passage: 0, sentence: 0, bm25: 0 })
    assert.ok(at(0.7) > 0.9 && at(0.2) < 0.1, `${at(0.7)} ${at(0.2)}`)
    assert.ok(Math.abs(at(0.45) - 0.5) < 0.1, 'own and foreign questions weigh the same')
    for (const name of ['lead', 'passage', 'sentence', 'bm25'] as const) assert.ok(Math.abs(hybrid.weights[name]) < 1e-3)
  })

  it('finds that evidence is there the more often the more is shown', () => {
    assert.ok(model.confidence.weights.shown > 1 && model.confidence.weights.relevance > 1, JSON.stringify(model.confidence))
  })

  it('says on both halves how well that holds', () => {
    const [dev, test] = figuresOf(sets[0] ?? { dataset: '', questions: [] }, model, 'hybrid')
    assert.deepEqual([dev?.half, test?.half, dev?.own, test?.foreign], ['dev', 'test', 100, 100])
    for (const figures of [dev, test]) {
      assert.ok((figures?.kept_out ?? 0) > 0.4)
      assert.ok(Math.abs((figures?.found ?? 0) - 0.5) < 0.1 && (figures?.ece ?? 1) < 0.12, JSON.stringify(figures))
    }
    const figures = [{ scorer: 'hybrid' as const, ...(dev ?? assert.fail()) }]
    const [first, second, third] = fitConfidenceTables({ ...model, bench: 'fit-confidence', profile: 'p', figures, versions: {} })
    assert.deepEqual([first?.rows.length, second?.rows.length, third?.rows[0]?.[0]], [2, 1, 'one'])
  })
})
