import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { AutoTokenizer } from '@huggingface/transformers'
import fc from 'fast-check'
import { splitsAtSpace, WordTokens } from '../../src/models/word-tokens.ts'

const root = join(import.meta.dirname, '../..')
const tokenizer = await AutoTokenizer.from_pretrained(join(root, 'models/all-MiniLM-L6-v2'), { local_files_only: true })
const direct = (text: string): readonly number[] => tokenizer.encode(text, { add_special_tokens: false })

test('the ids of a text are those of its words: over the project’s own documentation', () => {
  const memo = new WordTokens(direct, 50_000)
  for (const file of readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(root, 'docs', file), 'utf8')
    assert.deepEqual(memo.ids(text), direct(text), file)
  }
})

test('and over any text', () => {
  const memo = new WordTokens(direct, 100)
  const odd = fc.constantFrom(' ', '\n', '\t', '\u00a0', '\u3000', '\ufeff', '\u200b', '\u0301', 'ΟΔΟΣ', 'İ', '日本', 'é', '[SEP', '##ing', '👩‍👩‍👧', '\u0000', '\u2028')
  const text = fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 60 })), { maxLength: 12 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (each) => {
      assert.deepEqual(memo.ids(each), direct(each))
    }),
    { numRuns: 2000 },
  )
})

test('only tokenizers that go word by word are taken apart', () => {
  const bert = { normalizer: { type: 'BertNormalizer' }, pre_tokenizer: { type: 'BertPreTokenizer' }, model: { type: 'WordPiece' } }
  assert.equal(splitsAtSpace(bert), true)
  assert.equal(splitsAtSpace({ ...bert, normalizer: null }), true)
  assert.equal(splitsAtSpace({ ...bert, pre_tokenizer: { type: 'ByteLevel' } }), false)
  assert.equal(splitsAtSpace({ ...bert, pre_tokenizer: null }), false)
  assert.equal(splitsAtSpace({ ...bert, normalizer: { type: 'NFKC' } }), false)
  assert.equal(splitsAtSpace({ ...bert, model: { type: 'BPE' } }), false)
})
