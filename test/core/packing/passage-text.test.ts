import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { passageText } from '../../../src/core/packing/passage-text.ts'
import { pieceTokens } from '../../../src/core/packing/run-tokens.ts'
import type { Chunk } from '../../../src/core/types.ts'
import { createTokenCounters } from '../../../src/models/token-counters.ts'
import { CHARACTERS, chunksOf } from './chunks.ts'

const counters = createTokenCounters({ runCharacters: 1000, memoWords: 50_000 })
const counter = counters.resolve('o200k_base')
const same = (text: string): string => text
const xml = (text: string): string => text.replaceAll('&', '&amp;')

const stored = (chunk: Chunk): Chunk => {
  const pieces = chunk.sentences.map(({ start, end }) => ({ text: chunk.text.slice(start, end), lead: 0 }))
  return { ...chunk, sentenceTokens: { o200k_base: pieceTokens(pieces, counter) } }
}

describe('the text of a passage', () => {
  after(() => counters.close())

  const [a, b, c, d] = chunksOf([
    { sentences: ['Before it.'], path: ['A'] },
    { sentences: ['Keys expire.', ' They & others rotate.'], gap: '\n\n', path: ['A'] },
    { sentences: ['After it.', '\n- One.'], gap: '\n', path: ['B'] },
    { sentences: ['Under another heading.'], gap: null },
  ]).map(stored) as [Chunk, Chunk, Chunk, Chunk]

  it('joins what only white space parts, which the units carry in front', () => {
    const { units, parts } = passageText(b, [a], [c, d], { counter, escape: same })
    const document = 'Before it.\n\nKeys expire. They & others rotate.\nAfter it.\n- One.'
    assert.equal(units.map(({ text }) => text).join(''), document)
    assert.deepEqual(
      units.map(({ span }) => document.slice(span.start, span.end)),
      units.map(({ text }) => text),
    )
    assert.deepEqual(
      units.map(({ lead }) => lead),
      [0, 2, 1, 1, 1],
    )
    assert.deepEqual(
      parts.map(({ chunk, from, to }) => [chunk, from, to]),
      [
        ['k0', 0, 1],
        ['k1', 1, 3],
        ['k2', 3, 5],
      ],
    )
    assert.equal(
      units.reduce((sum, { tokens }) => sum + tokens, 0),
      counter.count(document),
    )
  })

  it('begins at the chunk where a heading stands before it', () => {
    assert.deepEqual(
      passageText(d, [a, b, c], [], { counter, escape: same }).parts.map(({ chunk }) => chunk),
      ['k3'],
    )
    assert.deepEqual(
      passageText(a, [], [], { counter, escape: same }).units.map(({ text }) => text),
      ['Before it.'],
    )
  })

  it('takes stored counts, and counts itself what the template changes or the index does not store', () => {
    const wrong: Chunk = { ...b, sentenceTokens: { o200k_base: [70, 80] } }
    const tokens = (counting: Parameters<typeof passageText>[3]): readonly number[] =>
      passageText(wrong, [], [], counting).units.map((unit) => unit.tokens)
    assert.deepEqual(tokens({ counter, escape: same }), [70, 80])
    const parts = ['Keys expire.', ' They &amp; others rotate.'].map((part) => counter.count(part))
    assert.deepEqual(tokens({ counter, escape: xml }), parts)
    assert.deepEqual(tokens({ counter: CHARACTERS, escape: same }), ['Keys expire.'.length, ' They & others rotate.'.length])
    const runs = passageText(wrong, [], [], { counter, escape: xml }).runs
    assert.equal(runs.tokens(1, 2, { before: '', after: '' }), counter.count('They &amp; others rotate.'))
  })
})
