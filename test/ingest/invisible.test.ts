import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { visibleText } from '../../ingest/parse/invisible.ts'
import { sanitise } from '../../ingest/parse/sanitise.ts'
import type { ParsedBlock } from '../../ingest/parse/parsed.ts'
import type { ParsedSource } from '../../ingest/parse/parse.ts'
import type { DocumentId } from '../../src/core/ids.ts'

const strip = (text: string) => visibleText(text).text

const kept: readonly (readonly [string, string])[] = [
  ['Persian with a non-joiner', 'می\u200cخواهم'],
  ['Hindi with a joiner at the end of a word', 'क्\u200d और क्\u200cष'],
  ['Sinhala', 'ශ්\u200dරී ලංකා'],
  ['Malayalam', 'ന്\u200d'],
  ['a family', '👨\u200d👩\u200d👧\u200d👦'],
  ['a rainbow flag', '🏳\ufe0f\u200d🌈'],
  ['skin and profession', '👩🏽\u200d🔬'],
  ['a heart and a keycap', '❤\ufe0f 1\ufe0f\u20e3'],
  ['the flag of Wales', '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}'],
  ['an ideographic variant', '葛\u{e0100}'],
  ['Mongolian', 'ᠠ\u180bᠨ\u180eᠠ'],
  ['combining marks, tabs and line breaks', 'e\u0301\ta\nb\r\nc\u0085\u2028'],
  ['text like any other', 'Ration keeps a budget — “exactly”. 中文 العربية עברית ไทย'],
]
for (const [name, text] of kept) test(`kept: ${name}`, () => assert.equal(strip(text), text))

const gone: readonly (readonly [string, string, string, readonly [invisible: number, bidirectional: number]])[] = [
  ['zero width between Latin letters', 'pass\u200bw\u200co\u200drd\ufeff\u2060', 'password', [5, 0]],
  ['overrides and isolates', 'user\u202eexe.\u202ctxt \u2066a\u2069\u200f', 'userexe.txt a', [0, 5]],
  ['a message in tags', 'Hi\u{e0049}\u{e0067}\u{e006e}\u{e006f}\u{e0072}\u{e0065}!', 'Hi!', [6, 0]],
  ['a message in tags behind a flag', '🏴\u{e0049}\u{e0067}\u{e0067}\u{e007f}', '🏴', [4, 0]],
  ['a message in selectors', 'a\ufe00\u{e0112}\u{e0113}\ufe0e', 'a', [4, 0]],
  ['more than one selector', '❤\ufe0f\ufe0f', '❤\ufe0f', [1, 0]],
  ['soft hyphens, silently', 'Donau\u00addampf', 'Donaudampf', [0, 0]],
  ['control characters and fillers', 'a\u0007b\u3164c\u115fd\u034fe\u0000', 'abcde', [5, 0]],
  ['joiners in a row', '👩\u200d\u200d🔬', '👩\u200d🔬', [1, 0]],
  ['a joiner at the beginning', '\u200dabc', 'abc', [1, 0]],
]
for (const [name, text, visible, counts] of gone) {
  test(`gone: ${name}`, () => {
    const result = visibleText(text)
    assert.deepEqual([result.text, [result.invisible, result.bidirectional]], [visible, counts])
  })
}

const odd = fc.constantFrom(
  ...Array.from('\u200b\u200c\u200d\u202e\u2066\ufe0f\ufe0e\u00ad\ufeff\u2060\u180b'),
  '\u{e0041}',
  '\u{e007f}',
  '🏴',
  '👩',
  '🔬',
  '❤',
  'क',
  '्',
  'ی',
  'م',
  '葛',
  'a',
  ' ',
  '\n',
  '1',
)
const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: odd }, fc.string({ unit: 'grapheme', maxLength: 3 })), { maxLength: 40 })
  .map((parts) => parts.join(''))

test('doing it twice changes nothing, and nothing is added', () => {
  fc.assert(
    fc.property(text, (given) => {
      const { text: once, removed, invisible, bidirectional } = visibleText(given)
      assert.equal(strip(once), once)
      const count = removed.reduce((sum, { start, end }) => sum + end - start, 0)
      assert.equal(once.length, given.length - count)
      assert.ok(invisible + bidirectional <= count)
      let rebuilt = ''
      let at = 0
      for (const { start, end } of removed) {
        assert.ok(start >= at && end > start)
        rebuilt += given.slice(at, start)
        at = end
      }
      assert.equal(rebuilt + given.slice(at), once)
      assert.doesNotMatch(once, /[\u200b\u202a-\u202e\u2060-\u2069\ufeff\u{e0001}]/u)
    }),
    { numRuns: 2000 },
  )
})

const source = (content: string, blocks: readonly ParsedBlock[], pageStarts: readonly number[]): ParsedSource => ({
  document: {
    id: 'd' as DocumentId,
    title: 'T\u200bitle',
    uri: null,
    mediaType: 'text/plain',
    text: content,
    metadata: {},
    contentHash: 'h',
  },
  blocks,
  pageStarts,
  warnings: ['before'],
})

test('spans and pages move with the text that they name', () => {
  fc.assert(
    fc.property(
      fc.array(
        text.map((each) => `${each}x`),
        { minLength: 1, maxLength: 8 },
      ),
      (parts) => {
        const spans = parts.map((part, i) => {
          const start = parts.slice(0, i).join('').length
          return { start, end: start + part.length }
        })
        const blocks = spans.map((span) => ({ kind: 'paragraph', span, level: 0, headingPath: [], label: '' }) as const)
        const whole = parts.join('')
        const cleaned = sanitise(
          source(
            whole,
            blocks,
            spans.map(({ start }) => start),
          ),
        )
        const { removed } = visibleText(whole)
        const isGone = (offset: number) => removed.some(({ start, end }) => offset >= start && offset < end)
        const expected = parts.map((part, i) =>
          [...Array(part.length).keys()]
            .filter((at) => !isGone((spans[i]?.start ?? 0) + at))
            .map((at) => part[at])
            .join(''),
        )
        assert.deepEqual(
          cleaned.blocks.map(({ span }) => cleaned.document.text.slice(span.start, span.end)),
          expected,
        )
        assert.deepEqual(
          cleaned.pageStarts,
          cleaned.blocks.map(({ span }) => span.start),
        )
        assert.equal(cleaned.document.title, 'Title')
      },
    ),
    { numRuns: 500 },
  )
})

test('what was removed is said, headings are clean, blocks of nothing are gone', () => {
  const given = '# Se\u200bcret\n\n\u200b\u2060\n\ntext\u202e'
  const blocks: ParsedBlock[] = [
    { kind: 'heading', span: { start: 0, end: 9 }, level: 1, headingPath: [], label: 'Se\u200bcret' },
    { kind: 'paragraph', span: { start: 11, end: 13 }, level: 0, headingPath: ['Se\u200bcret'], label: '' },
    { kind: 'paragraph', span: { start: 15, end: 20 }, level: 0, headingPath: ['Se\u200bcret'], label: '' },
  ]
  const cleaned = sanitise(source(given, blocks, []))
  assert.deepEqual(cleaned.warnings, ['before', '4 invisible characters removed', '1 bidirectional control character removed'])
  assert.deepEqual(
    cleaned.blocks.map(({ label, headingPath }) => [label, ...headingPath]),
    [['Secret'], ['', 'Secret']],
  )
  assert.throws(() => sanitise(source('\u200b\u2060', [], [])), { code: 'invalid_document' })
  const clean = source('text', [], [])
  assert.equal(sanitise({ ...clean, document: { ...clean.document, title: 'T' } }).warnings.length, 1)
})

test('a text of nothing but tags takes moments', { timeout: 60_000 }, () => {
  assert.equal(visibleText('\u{1f3f4}' + '\u{e0061}b'.repeat(500_000)).invisible, 500_000)
})
