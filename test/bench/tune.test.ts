import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { marginFigures, mixedNdcg, mixFigures } from '../../bench/tune/mix.ts'
import { inHalf, type Observation, type ObservedQuery } from '../../bench/tune/observe.ts'

const seen = (doc: string, fused: number, rerank: number | null): Observation => ({ doc, fused, rerank })

const query = (relevant: string, candidates: readonly Observation[]): ObservedQuery => ({
  id: 'q',
  intent: 'lookup',
  grades: new Map([[relevant, 1]]),
  candidates,
})

describe('mixing the reranker', () => {
  // fused order a, b, c; the reranker prefers b. At weight .5: a = .5 * 1 + .5 * 0, b = .5 * .9 + .5 * 1 = .95, c = .5 * .2.
  const asked = query('b', [seen('a', 1, -2), seen('b', 0.9, 3), seen('c', 0.2, null)])

  it('moves the relevant document to the first place when its score says so', () => {
    assert.equal(mixedNdcg(asked, 0), 1 / Math.log2(3))
    assert.equal(mixedNdcg(asked, 0.5), 1)
  })

  it('averages over sets, and looks at close queries only in mode auto', () => {
    const clear = query('a', [seen('a', 1, -2), seen('b', 0.1, 9)])
    const sets = [
      { name: 'close', queries: [asked] },
      { name: 'clear', queries: [clear] },
    ]
    assert.equal(mixFigures(sets, 0).always, (1 / Math.log2(3) + 1) / 2)
    // At weight .6 the clear query would be spoilt: a = .4, b = .04 + .6
    assert.equal(mixFigures(sets, 0.6).always, (1 + 1 / Math.log2(3)) / 2)
    assert.deepEqual(marginFigures(sets, 0.6, 0.2), { margin: 0.2, weight: 0.6, share: 0.5, auto: 1 })
  })
})

describe('halves', () => {
  it('put every query into exactly one of two halves of about the same size', () => {
    const ids = Array.from({ length: 2000 }, (_, i) => `query-${i}`)
    const dev = ids.filter((id) => inHalf(id, 'dev'))
    assert.ok(ids.every((id) => inHalf(id, 'dev') !== inHalf(id, 'test') && inHalf(id, 'all')))
    assert.ok(dev.length > 900 && dev.length < 1100)
  })
})
