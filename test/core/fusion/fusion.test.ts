import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { collapseDuplicates } from '../../../src/core/fusion/collapse.ts'
import { documentMean } from '../../../src/core/fusion/document-mean.ts'
import { minMax, minMaxMean } from '../../../src/core/fusion/min-max-mean.ts'
import { reciprocalRank } from '../../../src/core/fusion/reciprocal-rank.ts'
import type { ChunkId, DocumentId } from '../../../src/core/ids.ts'
import type { Hit } from '../../../src/core/ports/index-reader.ts'

const hit = (chunk: string, score: number, textHash = chunk): Hit => ({
  row: 0n,
  chunk: chunk as ChunkId,
  doc: `doc-of-${chunk}` as DocumentId,
  textHash,
  group: textHash,
  score,
})

const scoresOf = (fused: readonly { chunk: ChunkId; score: number }[]) => fused.map(({ chunk, score }) => [chunk, Number(score.toFixed(6))])

describe('minMax', () => {
  it('gives 1 to the best, 0 to the last and 1 to every member of a constant leg', () => {
    assert.deepEqual(minMax([10, 6, 2]), [1, 0.5, 0])
    assert.deepEqual(minMax([3, 3]), [1, 1])
    assert.deepEqual(minMax([]), [])
  })
})

describe('minMaxMean', () => {
  it('is the weighted mean, a missing candidate counting 0', () => {
    // lexical: a 1, b .5, c 0 (weight .7); vector: c 1, d 0 (weight .3)
    const fused = minMaxMean([
      { name: 'lexical', weight: 0.7, hits: [hit('a', 10), hit('b', 6), hit('c', 2)] },
      { name: 'vector', weight: 0.3, hits: [hit('c', 0.9), hit('d', 0.1)] },
    ])
    assert.deepEqual(scoresOf(fused), [
      ['a', 0.7],
      ['b', 0.35],
      ['c', 0.3],
      ['d', 0],
    ])
    assert.deepEqual(fused[2]?.evidence, [
      { leg: 'lexical', rank: 3, score: 2 },
      { leg: 'vector', rank: 1, score: 0.9 },
    ])
  })

  it('breaks ties by chunk id, whatever the order of arrival', () => {
    const hits = fc.uniqueArray(fc.stringMatching(/^[a-f]{1,3}$/), { maxLength: 12 })
    fc.assert(
      fc.property(hits, (ids) => {
        const fused = minMaxMean([{ name: 'lexical', weight: 1, hits: ids.map((id) => hit(id, 1)) }])
        assert.deepEqual(
          fused.map(({ chunk }) => chunk),
          [...ids].sort(),
        )
      }),
    )
  })
})

describe('reciprocalRank', () => {
  it('gives 61 / (60 + rank), so that first place everywhere scores the sum of the weights', () => {
    const fused = reciprocalRank([
      { name: 'lexical', weight: 0.5, hits: [hit('a', 9), hit('b', 8)] },
      { name: 'vector', weight: 0.5, hits: [hit('a', 0.9), hit('c', 0.8)] },
    ])
    // a: .5 + .5; b and c: .5 * 61 / 62 = .491935
    assert.deepEqual(scoresOf(fused), [
      ['a', 1],
      ['b', 0.491935],
      ['c', 0.491935],
    ])
  })
})

describe('documentMean', () => {
  it('fuses documents as minMaxMean fuses chunks', () => {
    const doc = (id: string, score: number) => ({ doc: id as DocumentId, score })
    const ranked = documentMean([
      { weight: 0.5, hits: [doc('x', 4), doc('y', 2)] },
      { weight: 0.5, hits: [doc('y', 0.8), doc('z', 0.4)] },
    ])
    assert.deepEqual(
      ranked.map(({ doc: id, score }) => [id, score]),
      [
        ['x', 0.5],
        ['y', 0.5],
        ['z', 0],
      ],
    )
  })
})

describe('collapseDuplicates', () => {
  it('keeps the best-ranked occurrence of each text and hands over the others as its twins', () => {
    const fused = minMaxMean([{ name: 'lexical', weight: 1, hits: [hit('a', 3, 'same'), hit('b', 2), hit('c', 1, 'same')] }])
    const collapsed = collapseDuplicates(fused)
    assert.deepEqual(
      collapsed.map(({ chunk, twins }) => [chunk, twins.map((twin) => twin.chunk)]),
      [
        ['a', ['c']],
        ['b', []],
      ],
    )
  })

  it('takes near-duplicates of one group together, whoever of them is best; who is a twin is decided by the kept one alone', () => {
    const member = (chunk: string, score: number, textHash: string, group: string): Hit => ({ ...hit(chunk, score, textHash), group })
    const shown = (...hits: readonly Hit[]) =>
      collapseDuplicates(minMaxMean([{ name: 'lexical', weight: 1, hits }])).map(({ chunk, twins }) => [
        chunk,
        ...twins.map((twin) => twin.chunk),
      ])
    assert.deepEqual(shown(member('a', 3, 'founder', 'founder'), member('b', 2, 'near', 'founder'), hit('c', 1)), [['a', 'b'], ['c']])
    assert.deepEqual(shown(member('b', 3, 'near', 'founder'), member('a', 2, 'founder', 'founder')), [['b', 'a']])
    assert.deepEqual(shown(member('b', 2, 'near', 'founder'), member('a', 2, 'founder', 'founder')), [['a', 'b']])
    // The same text, of another group by its capitals: it takes its text along, not that group.
    assert.deepEqual(shown(member('a', 3, 'text', 'one'), member('b', 2, 'text', 'two'), member('c', 1, 'other', 'two')), [
      ['a', 'b'],
      ['c'],
    ])
  })
})
