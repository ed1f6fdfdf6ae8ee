import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { get_encoding } from 'tiktoken'
import { AppError } from '../../src/core/errors.ts'
import { createTokenCounters } from '../../src/models/token-counters.ts'
import { stretches } from '../../src/models/token-runs.ts'
import { anyText, tokenCounterContract } from '../contract/token-counter.ts'

const ENCODINGS = ['o200k_base', 'cl100k_base', 'p50k_base', 'r50k_base'] as const
const counters = createTokenCounters({ runCharacters: 1000, memoWords: 50_000 })
const encoders = new Map(ENCODINGS.map((name) => [name, get_encoding(name)]))
const truth = (name: (typeof ENCODINGS)[number]) => (text: string) => encoders.get(name)?.encode_ordinary(text).length ?? Number.NaN
after(() => {
  counters.close()
  for (const encoder of encoders.values()) encoder.free()
})

for (const name of ENCODINGS) tokenCounterContract(counters.resolve(name), truth(name))
tokenCounterContract(counters.resolve('claude-sonnet-4'), truth('o200k_base'))
tokenCounterContract(counters.resolve('mistral-large-latest'), truth('cl100k_base'))

test('counts as the makers of the encodings document', () => {
  // The worked examples of openai-cookbook, "How to count tokens with tiktoken": r50k, p50k, cl100k and o200k.
  const counts = (text: string): readonly number[] =>
    ['r50k_base', 'p50k_base', 'cl100k_base', 'o200k_base'].map((name) => counters.resolve(name).count(text))
  assert.deepEqual(counts('antidisestablishmentarianism'), [5, 5, 6, 6])
  assert.deepEqual(counts('2 + 2 = 4'), [5, 5, 7, 7])
  assert.deepEqual(counts('お誕生日おめでとう'), [14, 14, 9, 8])
})

test('counts real text and any characters as the encodings do', () => {
  const folder = join(import.meta.dirname, '../../docs')
  const pages = readdirSync(folder).filter((name) => name.endsWith('.md'))
  const odd = fc.constantFrom('\u0085', '\ufeff', '\u00a0', '\u2028', '\u017f', "'S", "'ll", 'ǅ', 'ʰ', '\u0301', '½', '٣', 'Ⅷ', '→', '€', 'ß', 'İ', 'Ա', '日', '🙂')
  const text = fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 6 }), fc.string({ maxLength: 30 }))).map((parts) => parts.join(''))
  for (const name of ENCODINGS) {
    const counter = counters.resolve(name)
    for (const page of pages) {
      const content = readFileSync(join(folder, page), 'utf8')
      assert.equal(counter.count(content), truth(name)(content), page)
    }
    fc.assert(
      fc.property(text, (each) => {
        assert.equal(counter.count(each), truth(name)(each))
      }),
      { numRuns: 1000 },
    )
  }
})

test('names lead to encodings', () => {
  const expected = {
    'gpt-4o': 'o200k_base',
    'gpt-4o-2031-01-01': 'o200k_base',
    'GPT-5-mini': 'o200k_base',
    'gpt-5.2': 'o200k_base',
    'gpt-4.1-nano': 'o200k_base',
    'o1': 'o200k_base',
    'o3-pro': 'o200k_base',
    'gpt-4': 'cl100k_base',
    'gpt-4-turbo-2040': 'cl100k_base',
    'gpt-3.5-turbo': 'cl100k_base',
    'text-embedding-3-small': 'cl100k_base',
    'text-davinci-003': 'p50k_base',
    'text-davinci-edit-001': 'p50k_base',
    'davinci': 'r50k_base',
    'gpt2': 'r50k_base',
    'claude-sonnet-4': 'estimate(claude-sonnet-4)',
    'gemini-2.5-pro': 'estimate(gemini-2.5-pro)',
    'llama-3.1-8b': 'estimate(llama-3.1-8b)',
  }
  for (const [model, name] of Object.entries(expected)) assert.equal(counters.resolve(model).name, name, model)
})

test('an unknown name is refused with those that exist', () => {
  for (const name of ['', 'gpt', 'o1x', 'claudette', 'constructor', '__proto__', 'toString'])
    assert.throws(
      () => counters.resolve(name),
      (error) => error instanceof AppError && error.code === 'unknown_tokenizer' && (error.details['names'] as string[]).includes('o200k_base'),
      name,
    )
})

test('counts of stretches add up to the count of the whole, wherever it is cut', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 12 }), (text, limit) => {
      const parts = [...stretches(text, limit)].map((stretch) => stretch.text)
      assert.equal(parts.join(''), text)
      for (const name of ENCODINGS) {
        const count = truth(name)
        assert.equal(
          parts.reduce((sum, part) => sum + count(part), 0),
          count(text),
          name,
        )
      }
    }),
    { numRuns: 1000 },
  )
})

test('no countable stretch holds a run longer than the limit', () => {
  const text = `before ${'a'.repeat(200_000)} after, ${'字'.repeat(1001)} and ${'='.repeat(999)} end`
  const found = [...stretches(text, 1000)]
  assert.deepEqual(
    found.map((stretch) => [stretch.countable, stretch.text.length]),
    [
      [true, 6],
      [false, 200_001],
      [true, 7],
      [false, 1002],
      [true, text.length - 6 - 200_001 - 7 - 1002],
    ],
  )
  assert.deepEqual([...stretches('a'.repeat(1000), 1000)], [{ text: 'a'.repeat(1000), countable: true }])
  assert.deepEqual([...stretches('', 1000)], [])
})

test('text without such a run is counted exactly, however long', () => {
  const prose = 'Rotate the key, then revoke the old one (see 4.2).\n\n| a | b |\n|---|---|\n你好，世界。 '.repeat(400)
  for (const name of ENCODINGS) assert.equal(counters.resolve(name).count(prose), truth(name)(prose))
})

test('counts again after close', () => {
  const short = createTokenCounters({ runCharacters: 1000, memoWords: 50_000 })
  assert.equal(short.resolve('r50k_base').count('hello world'), 2)
  short.close()
  assert.equal(short.resolve('r50k_base').count('hello world'), 2)
  short.close()
})
