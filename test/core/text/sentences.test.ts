import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { lines, sentences } from '../../../src/core/text/sentences.ts'

const split = (text: string): readonly string[] => sentences(text).map(({ start, end }) => text.slice(start, end))

test('sentences end at terminators and their closers, not at abbreviations, initials, numbers or file names', () => {
  assert.deepEqual(split('Dr. Smith paid 3.14 dollars, e.g. for Fig. 2. "Really?" she asked. See a.b.md now. J. Doe left.'), [
    'Dr. Smith paid 3.14 dollars, e.g. for Fig. 2.',
    '"Really?"',
    'she asked.',
    'See a.b.md now.',
    'J. Doe left.',
  ])
  assert.deepEqual(split('He came (late.) Then… nothing!'), ['He came (late.)', 'Then…', 'nothing!'])
  assert.deepEqual(split('Das ist z.B. so. Und nun?'), ['Das ist z.B. so.', 'Und nun?'])
})

test('a text without capitals ends its sentences all the same', () => {
  assert.deepEqual(split('revenue rose by 3.5 %, e.g. in asia. costs fell. what then? nothing.'), [
    'revenue rose by 3.5 %, e.g. in asia.',
    'costs fell.',
    'what then?',
    'nothing.',
  ])
  assert.deepEqual(split('Approx. three of them. and so on'), ['Approx. three of them. and so on'])
})

test('Chinese and Japanese full stops need no white space behind them', () => {
  assert.deepEqual(split('日本語です。次の文。終'), ['日本語です。', '次の文。', '終'])
})

test('list items, code lines and blank lines part sentences; wrapped lines do not', () => {
  assert.deepEqual(split('- one\n- two\n1. First\n2. Second. More'), ['- one', '- two', '1. First', '2. Second.', 'More'])
  assert.deepEqual(split('let x = 1\nfoo(x);\n  bar()'), ['let x = 1', 'foo(x);', 'bar()'])
  assert.deepEqual(split('This paragraph is wrapped at some column in the file\nand goes on here. Next one.'), [
    'This paragraph is wrapped at some column in the file\nand goes on here.',
    'Next one.',
  ])
  assert.deepEqual(split('A title without a stop\n\nA paragraph'), ['A title without a stop', 'A paragraph'])
})

test('lines have no white space at their ends and blank ones are left out', () => {
  const text = ' a \n\n\tb\r\nc'
  assert.deepEqual(
    lines(text).map(({ start, end }) => text.slice(start, end)),
    ['a', 'b', 'c'],
  )
})

test('spans are in order, trimmed, and cover everything but white space', () => {
  const piece = fc.constantFrom(
    '. ',
    '.',
    '! ',
    '\n',
    '\n\n',
    ' ',
    '- ',
    'e.g. ',
    '3',
    'a',
    'Wort',
    '。',
    '`',
    ')',
    '"',
    '…',
    '\u00a0',
    '😀',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('')
      for (const spans of [sentences(text), lines(text)]) {
        let end = 0
        for (const span of spans) {
          assert.equal(text.slice(end, span.start).trim(), '')
          const sentence = text.slice(span.start, span.end)
          assert.ok(sentence !== '' && sentence === sentence.trim())
          end = span.end
        }
        assert.equal(text.slice(end).trim(), '')
      }
    }),
  )
})

test('no text takes more than linear time', { timeout: 20_000 }, () => {
  const unit = ['.', ' ', '\n', '. ', ')', '\t', ' \n', '.)', 'a\n', '"']
  for (const each of unit) sentences(`${each.repeat(300_000)}x`)
})
