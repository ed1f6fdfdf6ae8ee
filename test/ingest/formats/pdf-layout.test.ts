import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageLines } from '../../../ingest/parse/pdf/page-lines.ts'
import { pagesOf } from '../../../src/core/text/pages.ts'
import { pdfOf, type TestPage } from '../pdf-kit.ts'
import { parse, PDF } from './kit.ts'

const TOPICS = ['Apples', 'Bridges', 'Candles', 'Drums', 'Engines']

/** A header with a number, two paragraphs over the page break, and a footer. */
const book: readonly TestPage[] = TOPICS.map((topic, at) => ({
  lines: [
    { text: `Manual 7 | ${at + 1}`, x: 72, y: 760, size: 8 },
    { text: topic, x: 72, y: 700, size: 18 },
    { text: `${topic} are described here in a first full line of text that is`, x: 72, y: 670 },
    { text: 'wrapped to a second one. It ends with a well-', x: 72, y: 658 },
    { text: 'known remark and a trans-', x: 72, y: 646 },
    { text: `formation of ${topic.toLowerCase()}.`, x: 72, y: 634 },
    { text: `Another paragraph on ${topic.toLowerCase()} goes on without an end on the`, x: 72, y: 600 },
    { text: `Page ${at + 1} of 5`, x: 280, y: 30, size: 8 },
    { text: 'Confidential', x: 72, y: 30, size: 8 },
  ],
}))

test('headers, footers and page numbers go; headings, paragraphs and hyphens are mended; pages are known', async () => {
  const { document, blocks, pageStarts } = await parse(
    pdfOf(book, { Title: 'untitled', Author: 'A. Writer', CreationDate: 'D:20260102' }),
    PDF,
  )
  assert.ok(!/Manual|Confidential|Page \d/u.test(document.text), document.text)
  assert.deepEqual(document.metadata, { author: 'A. Writer', created: '2026-01-02', pages: 5 })
  assert.equal(document.title, 'Apples', 'a title that says nothing is none')
  assert.equal(blocks.filter(({ kind }) => kind === 'heading').length, 5)
  assert.match(document.text, /is wrapped to a second one\. It ends with a wellknown remark and a transformation of drums\./u)
  for (const [at, topic] of TOPICS.entries()) {
    const start = document.text.indexOf(`Another paragraph on ${topic.toLowerCase()}`)
    assert.deepEqual(pagesOf(pageStarts, { start, end: start + 10 }), [at + 1, at + 1])
  }
})

test('numbered chapters, each at the head of a page, are no running heads', async () => {
  for (const titleOf of [(at: number) => `${at + 1} ${TOPICS[at]}`, (at: number) => `Chapter ${at + 1}`]) {
    const pages = book.map(({ lines = [] }, at) => ({
      lines: lines.map((line) => (line.size === 18 ? { ...line, text: titleOf(at), y: 770 } : line)),
    }))
    const { document, blocks } = await parse(pdfOf(pages), PDF)
    assert.deepEqual(
      blocks.filter(({ kind }) => kind === 'heading').map(({ label }) => label),
      TOPICS.map((_, at) => titleOf(at)),
    )
    assert.ok(!document.text.includes('Manual'))
  }
})

test('a paragraph goes on over a page, and knows both pages', async () => {
  const pages = [
    { lines: [{ text: 'This sentence begins on the first page and', x: 72, y: 100 }] },
    { lines: [{ text: 'ends on the second one.', x: 72, y: 700 }] },
  ]
  const { document, pageStarts } = await parse(pdfOf(pages), PDF)
  assert.equal(document.text, 'This sentence begins on the first page and ends on the second one.')
  assert.deepEqual(pageStarts, [0, 43])
  assert.deepEqual(pagesOf(pageStarts, { start: 0, end: document.text.length }), [1, 2])
})

test('a word that the document has with its hyphen keeps it', async () => {
  const lines = ['A well-known rule, and a long-', 'term one: the long-term plan of the', 'state-of-the-', 'art house.'].map(
    (text, at) => ({
      text,
      x: 72,
      y: 700 - 12 * at,
    }),
  )
  const { document } = await parse(pdfOf([{ lines }]), PDF)
  assert.match(document.text, /a long-term one: the long-term plan/u)
  assert.match(document.text, /state-of-the-art house/u)
})

test('three columns under a heading, above a line at the foot', async () => {
  const columns = ['a', 'b', 'c'].flatMap((name, column) =>
    Array.from({ length: 12 }, (_, row) => ({ text: `${name}${row} has some more words`, x: 40 + 185 * column, y: 650 - 14 * row })),
  )
  const head = { text: 'A heading that spans all of the columns of this page', x: 120, y: 690, size: 14 }
  const foot = { text: 'A line at the foot, under two of them.', x: 60, y: 100, size: 8 }
  // The file draws them row by row.
  const lines = [foot, ...columns.toSorted((a, b) => b.y - a.y), head]
  const { document } = await parse(pdfOf([{ lines }]), PDF)
  const found = [...document.text.matchAll(/A heading|\b[abc]\d+\b|A line at the foot/gu)].map(([each]) => each)
  assert.deepEqual(found, ['A heading', ...columns.map(({ text }) => text.split(' ')[0]), 'A line at the foot'])
})

test('lists and tables', async () => {
  const rows = [
    ['Part', 'Price', 'Stock'],
    ['Bolt', '0.10', '400'],
    ['Nut', '0.05', '900'],
    ['Washer', '0.02', '1500'],
  ].flatMap((cells, row) => cells.map((text, at) => ({ text, x: 72 + 120 * at, y: 500 - 14 * row })))
  const items = ['1. Open the lid.', '2. Take the filter out.', '3. Rinse it.'].map((text, at) => ({ text, x: 72, y: 700 - 12 * at }))
  const { document, blocks } = await parse(pdfOf([{ lines: [...items, ...rows] }]), PDF)
  assert.deepEqual(
    blocks.map(({ kind, span }) => [kind, document.text.slice(span.start, span.end)]),
    [
      ['list', '1. Open the lid.\n2. Take the filter out.\n3. Rinse it.'],
      ['table', '| Part | Price | Stock |\n| --- | --- | --- |\n| Bolt | 0.10 | 400 |\n| Nut | 0.05 | 900 |\n| Washer | 0.02 | 1500 |'],
    ],
  )
})

test('a heading of two lines between two tables is one', async () => {
  const table = (top: number) =>
    ['a', 'b', 'c', 'd'].flatMap((name, row) =>
      ['x', 'y'].map((side, at) => ({ text: `${name}${side}`, x: 72 + 300 * at, y: top - 14 * row })),
    )
  const text = Array.from({ length: 12 }, (_, row) => ({
    text: 'Words that fill a line of the text up to the margin at its end.',
    x: 72,
    y: 740 - 12 * row,
  }))
  const heading = ['Measured', 'Results'].map((line, at) => ({ text: line, x: 72, y: 500 - 17 * at, size: 14 }))
  const { document, blocks } = await parse(
    pdfOf([{ lines: [...text, ...table(580), ...heading, { text: 'See below.', x: 72, y: 462 }, ...table(430)] }]),
    PDF,
  )
  assert.deepEqual(
    blocks.filter(({ kind }) => kind === 'heading').map(({ label }) => label),
    ['Measured Results'],
    document.text,
  )
})

test('a line that runs from right to left reads in its order, whichever way the file draws it, in plain letters', () => {
  const word = (text: string, left: number) => ({ text, isRtl: true, width: 20, transform: [12, 0, 0, 12, left, 100] as const })
  const words = [
    word('\u0627\u0644\u0633\ufefc\u0645', 100),
    word('\u0639\u0644\u064a\u0643\u0645', 76),
    word('\ufe9f\ufee4\ufef4\ufecc\ufe8e', 52),
  ]
  for (const drawn of [words, words.toReversed()]) {
    const [line, ...more] = pageLines(drawn, 0)
    assert.deepEqual([line?.text, line?.left, line?.right, more.length], ['السلام عليكم جميعا', 52, 120, 0])
  }
})
