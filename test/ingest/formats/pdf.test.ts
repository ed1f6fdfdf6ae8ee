import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { pagesOf } from '../../../src/core/text/pages.ts'
import { SHARED } from '../kit.ts'
import { pdfOf, type BitPicture } from '../pdf-kit.ts'
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
