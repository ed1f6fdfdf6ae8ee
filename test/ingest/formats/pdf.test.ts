import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { pageLines } from '../../../ingest/parse/pdf/page-lines.ts'
import { pagesOf } from '../../../src/core/text/pages.ts'
import { SHARED } from '../kit.ts'
import { pdfOf, type BitPicture, type TestPage } from '../pdf-kit.ts'
import { noFiles, parse, PDF, shared } from './kit.ts'

interface Listed {
  readonly file: string
  readonly pdfjs4?: { readonly pages?: number; readonly textChars?: number; readonly error?: string }
}

test('every readable PDF has about the text that pdf.js finds, on as many pages', { skip: noFiles }, async (t) => {
  const listed = JSON.parse(readFileSync(join(SHARED, 'files/MANIFEST.json'), 'utf8')) as readonly Listed[]
  for (const { file, pdfjs4 } of listed) {
    if (!file.startsWith('pdf/') || pdfjs4?.textChars === undefined || pdfjs4.textChars === 0 || pdfjs4.error !== undefined) continue
    await t.test(file, async () => {
      const { document, pageStarts } = await parse(shared(file), PDF)
      const marks = document.text.replace(/[\s|#-]/gu, '').length
      assert.equal(pageStarts.length, pdfjs4.pages)
      // pdf.js counts spaces and what stands on every page; both are no more than a fifth.
      assert.ok(marks <= (pdfjs4.textChars ?? 0) * 1.05 && marks >= (pdfjs4.textChars ?? 0) * 0.72, `${marks} of ${pdfjs4.textChars}`)
    })
  }
})

test('columns are read one after the other, words are joined, tables are tables', { skip: noFiles }, async () => {
  const { document, blocks } = await parse(shared('pdf/multicolumn.pdf'), PDF)
  const at = (text: string): number => {
    assert.ok(document.text.includes(text), text)
    return document.text.indexOf(text)
  }
  assert.equal(document.title, 'Two-Column Document with Lorem Ipsum')
  assert.ok(at('Lorem ipsum dolor sit amet, consectetuer adipiscing elit. Ut purus elit') < at('Nam dui ligula, fringilla a, euismod'))
  assert.ok(at('Nam dui ligula') < at('Nulla malesuada porttitor diam'))
  assert.ok(at('Cras viverra metus rhoncus sem.') > 0 && at('Duis eget orci sit amet orci dignissim rutrum') > 0)
  assert.ok(at('| Czech Republic | 10.7 | 78,866 | Prague | Czech |') > 0)
  assert.equal(blocks.at(-1)?.kind, 'table')
})

test('a book: chapters and sections by size, running heads and page numbers gone, pages right', { skip: noFiles }, async () => {
  const { document, blocks, pageStarts } = await parse(shared('pdf/GeoTopo-komprimiert.pdf'), PDF)
  const headings = blocks.filter(({ kind }) => kind === 'heading').map(({ level, label }) => `${level} ${label}`)
  for (const each of ['1 Vorwort', '2 Danksagungen', '1 1 Topologische Grundbegriffe', '2 1.5 Kompaktheit', '1 5 Krümmung'])
    assert.ok(headings.includes(each), each)
  assert.ok(headings.includes('1 2 Mannigfaltigkeiten und Simplizialkomplexe'), 'a heading of two lines')
  assert.ok(!document.text.includes('1.5. KOMPAKTHEIT'), 'a running head')
  assert.ok(!document.text.includes('114 Stichwortverzeichnis'), 'one of a chapter of two pages')
  assert.equal(document.title, 'Geometrie und Topologie')
  assert.equal(document.metadata['author'], 'Martin Thoma')
  const start = document.text.indexOf('Die blaue Umgebung ist Schnitt vieler Umgebungen')
  assert.deepEqual(pagesOf(pageStarts, { start, end: start + 20 }), [20, 20])
})

test('a document of one page in a right-to-left script', { skip: noFiles }, async () => {
  const { document } = await parse(shared('pdf/habibi.pdf'), PDF)
  assert.match(document.text, /^habibi [\u0600-\u06ff]/u)
  assert.ok(!/\p{Cc}/u.test(document.text))
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

test('attachments are not looked at', { skip: noFiles }, async () => {
  const plain = await parse(shared('pdf/minimal-document.pdf'), PDF)
  const attached = await parse(shared('pdf/with-attachment.pdf'), PDF)
  assert.equal(attached.document.text, plain.document.text)
})

test('what is encrypted, scanned or broken says so', { skip: noFiles }, async () => {
  const refused = (message: RegExp) => ({ name: 'AppError', code: 'document_unreadable', message })
  await assert.rejects(parse(shared('pdf/libreoffice-writer-password.pdf'), PDF), refused(/encrypted/u))
  await assert.rejects(parse(shared('pdf/imagemagick-images.pdf'), PDF), refused(/looks scanned.*parse\.ocr/u))
  await assert.rejects(parse(shared('pdf/minimal-document.pdf').slice(0, 300), PDF), refused(/cannot be read/u))
  await assert.rejects(parse(Buffer.from('%PDF-1.7\nnothing'), PDF), refused(/cannot be read/u))
  await assert.rejects(parse('%PDF-1.7 as text', PDF), refused(/bytes/u))
})

test('a PDF over its limits fails as parser_limit', async () => {
  const pages = Array.from({ length: 3 }, () => ({ lines: [{ text: 'A line of text.', x: 72, y: 700 }] }))
  await assert.rejects(parse(pdfOf(pages), PDF, { pages: 2 }), { code: 'parser_limit', message: /3 pages are more than 2/u })
  await assert.rejects(parse(pdfOf(pages), PDF, { outputCharacters: 40 }), { code: 'parser_limit' })
  await assert.rejects(parse(pdfOf(pages), PDF, { fileBytes: 100 }), { code: 'document_too_large' })
  assert.equal((await parse(pdfOf(pages), PDF, { pages: 3 })).pageStarts.length, 3)
})

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
  const pages = book.map(({ lines = [] }, at) => ({
    lines: lines.map((line) => (line.size === 18 ? { ...line, text: `${at + 1} ${line.text}`, y: 770 } : line)),
  }))
  const { document, blocks } = await parse(pdfOf(pages), PDF)
  assert.deepEqual(
    blocks.filter(({ kind }) => kind === 'heading').map(({ label }) => label),
    TOPICS.map((topic, at) => `${at + 1} ${topic}`),
  )
  assert.ok(!document.text.includes('Manual'))
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

const scan = (): BitPicture => {
  const [width, height] = [904, 160]
  const file = gunzipSync(readFileSync(new URL('../fixtures/scanned-line.pbm.gz', import.meta.url)))
  // PBM counts black as 1.
  return { width, height, bits: Uint8Array.from(file.subarray(file.length - (width / 8) * height), (byte) => byte ^ 255) }
}

test('scanned pages are named, and read where OCR is on', async () => {
  const pdf = pdfOf([{ lines: [{ text: 'A page with text.', x: 72, y: 700 }] }, { picture: scan() }, {}])
  const unread = await parse(pdf, PDF)
  assert.equal(unread.document.text, 'A page with text.')
  assert.deepEqual(unread.warnings, ['1 of 3 pages hold pictures and no text (scanned): 2'])
  const read = await parse(pdf, PDF, { ocr: true })
  assert.equal(read.document.text, 'A page with text.\n\nThe warehouse closes at nine on working days.')
  assert.deepEqual(read.warnings, ['1 of 3 pages were read from pictures (OCR): 2'])
  assert.deepEqual(pagesOf(read.pageStarts, { start: 25, end: 30 }), [2, 2])
  const small = await assertUnread(pdfOf([{ picture: scan() }]), { ocr: true, ocrPixels: 10_000 })
  assert.match(small, /nothing was found in its pictures/u)
})

test('not every page of a scanned book is looked at: what follows some without text is scanned too', async () => {
  const text = { lines: [{ text: 'A page with text.', x: 72, y: 700 }] }
  const scanned = Array.from({ length: 8 }, () => ({ picture: scan() }))
  const { warnings } = await parse(pdfOf([{}, ...scanned, {}, text]), PDF)
  assert.deepEqual(warnings, ['9 of 11 pages hold pictures and no text (scanned): 2-10'])
})

async function assertUnread(pdf: Uint8Array, settings: { ocr: boolean; ocrPixels: number }): Promise<string> {
  const error: unknown = await parse(pdf, PDF, settings).catch((each: unknown) => each)
  assert.ok(error instanceof Error)
  return error.message
}

test('any page of any words is parsed into blocks that hold all of them', async () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/u)
  const line = fc.record({
    text: fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' ')),
    x: fc.integer({ min: 20, max: 400 }),
    y: fc.integer({ min: 20, max: 780 }),
    size: fc.integer({ min: 6, max: 24 }),
  })
  const page = fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 12 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 2 }), async (pages) => {
      const { document, pageStarts } = await parse(pdfOf(pages), PDF)
      assert.equal(pageStarts.length, pages.length)
      for (const { lines } of pages) for (const { text } of lines) assert.ok(document.text.includes(text.split(' ')[0] ?? ''), text)
    }),
    { numRuns: 60 },
  )
})
