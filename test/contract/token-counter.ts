import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'

/** Text as it comes: words, code, other scripts, white space of every kind, broken surrogates, special-token text. */
export const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'the',
        ' key',
        "don't",
        'ROTATE',
        '\n\n',
        '\r\n',
        '  ',
        '\t',
        '…',
        '===',
        '|---|',
        '12345',
        ' 1.5',
        '你好',
        '。',
        '😀',
        'é',
      ),
      fc.constantFrom('<|endoftext|>', '<|im_start|>', '[SEP]', '\uD800', '\u0000', '\u200b', '\u0301', "'s", '/', '//', 'ſ'),
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

/** What the port promises; `truth` is another way to count, where there is one. */
export function tokenCounterContract(counter: TokenCounter, truth: ((text: string) => number) | null): void {
  describe(`token counter contract: ${counter.name}`, () => {
    test('counts nothing in the empty string', () => assert.equal(counter.count(''), 0))

    test('is a whole number, the same every time', () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const count = counter.count(text)
          assert.ok(Number.isInteger(count) && count >= 0)
          assert.equal(counter.count(text), count)
        }),
      )
    })

    test('is never below the truth, and is the truth where it says so', { skip: truth === null && 'nobody knows the truth' }, () => {
      fc.assert(
        fc.property(anyText, (text) => {
          const [count, known] = [counter.count(text), truth?.(text) ?? 0]
          assert.ok(count >= known)
          if (counter.exact) assert.equal(count, known)
        }),
      )
    })

    test('takes special-token text as ordinary text', () => {
      assert.ok(counter.count('<|endoftext|>') > 1)
      assert.ok(counter.count('a <|im_start|> b <|endofprompt|>') > 4)
    })

    test('over-counts an unbroken run and does not search it', () => {
      for (const unit of ['a', ' ', '=', '\n', '9', '字', '\u0301', '😀']) {
        const run = unit.repeat(3000)
        assert.ok(counter.count(run) >= (truth?.(run) ?? 1), JSON.stringify(unit))
      }
      assert.ok(counter.count('a'.repeat(200_000)) >= 25_000)
    })

    test('says in its name when it estimates', () => assert.equal(/^estimate\(.+\)$/u.test(counter.name), !counter.exact))
  })
}
