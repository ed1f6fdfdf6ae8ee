import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { pieceTokens, RunTokens, type TextPiece } from '../../../src/core/packing/run-tokens.ts'
import { createTokenCounters } from '../../../src/models/token-counters.ts'

const counters = createTokenCounters({ runCharacters: 1000, memoWords: 50_000 })

const WORDS = [
  ...['The', 'the', 'rotate', "don't", 'a', 'API', 'internationalisation', 'it', 'I', 'naïve', 'Straße', 'x1', '2024', '3.14', '100,000'],
  ...['東京', 'タワーは', '。', '、', '안녕', 'привет', 'مرحبا', '👍🏽', '👩‍👩‍👧', '😀😀', 'é'],
  ...['{', '}', '()', '=>', '==', '--', '…', '!', '?!', '"', "'", ':', ';', '|', '/', '```', 'foo_bar', 'fn(x)', '<b>', '&amp;'],
]
const GAPS = ['', ' ', '  ', '\n', '\n\n', '\r\n', '\t', '\n    ', ' \n ', '.\n', '. ']

const arbitraryText = fc
  .array(fc.tuple(fc.constantFrom(...GAPS), fc.constantFrom(...WORDS)), { minLength: 1, maxLength: 40 })
  .map((words) =>
    words
      .map(([gap, word]) => gap + word)
      .join('')
      .trim(),
  )
  .filter((text) => text !== '')

/** Cut where sentences may be cut: in front of white space, or behind a full stop of Japanese. */
const pieces = (text: string, keys: readonly boolean[]): readonly TextPiece[] => {
  const cuts = [...text.matchAll(/(?<=\S)(?=\s)|(?<=。)/gu)].map(({ index }) => index).filter((_, position) => keys[position % keys.length])
  const bounds = [0, ...cuts, text.length]
  return bounds.slice(1).flatMap((end, position) => {
    const piece = text.slice(bounds[position], end)
    return piece === '' ? [] : [{ text: piece, lead: piece.length - piece.trimStart().length }]
  })
}

const FRAMES = [
  { before: '', after: '' },
  { before: '[100] How to › Rotate keys\n', after: '\n\n' },
  { before: '[100] …\n', after: '\n\n' },
  { before: '<passage id="100" excerpt="true">\n', after: '\n</passage>\n' },
  { before: '{"id":100,"text":"', after: '"},\n' },
]

describe('tokens of a run', () => {
  after(() => counters.close())

  for (const name of ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base']) {
    it(`are those of the text as rendered: ${name}`, () => {
      const counter = counters.resolve(name)
      fc.assert(
        fc.property(
          arbitraryText,
          fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
          fc.constantFrom(...FRAMES),
          fc.nat(),
          fc.nat(),
          (text, keys, frame, a, b) => {
            const cut = pieces(text, keys)
            const tokens = pieceTokens(cut, counter)
            assert.equal(
              tokens.reduce((sum, each) => sum + each, 0),
              counter.count(text),
              'pieces add up',
            )
            const from = a % cut.length
            const to = from + 1 + (b % (cut.length - from))
            const body = cut
              .slice(from, to)
              .map((piece) => piece.text)
              .join('')
              .slice(cut[from]?.lead)
            const rendered = frame.before + body + frame.after
            assert.equal(new RunTokens(cut, tokens, counter).tokens(from, to, frame), counter.count(rendered), JSON.stringify(rendered))
          },
        ),
        { numRuns: 3000 },
      )
    })
  }

  it('of a model without a public tokenizer are the estimates of the parts', () => {
    const counter = counters.resolve('claude-sonnet-4')
    const cut = [
      { text: 'One sentence.', lead: 0 },
      { text: ' And another one.', lead: 1 },
    ]
    const runs = new RunTokens(cut, pieceTokens(cut, counter), counter)
    const parts = ['[1]\n', 'One sentence.', ' And another one.', '\n\n'].map((part) => counter.count(part))
    assert.equal(
      runs.tokens(0, 2, { before: '[1]\n', after: '\n\n' }),
      parts.reduce((sum, each) => sum + each, 0),
    )
  })

  it('asks for a few characters only', () => {
    const exact = counters.resolve('o200k_base')
    const cut = pieces('One sentence has a few words. '.repeat(40).trim(), [true])
    const tokens = pieceTokens(cut, exact)
    let characters = 0
    const counting = { name: exact.name, exact: true, count: (text: string) => ((characters += text.length), exact.count(text)) }
    new RunTokens(cut, tokens, counting).tokens(20, 120, { before: '[1]\n', after: '\n\n' })
    assert.ok(characters < 60, `${characters} characters`)
  })
})
