import assert from 'node:assert/strict'
import { buffer } from 'node:stream/consumers'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ZipFile } from 'yazl'
import { SHARED } from '../kit.ts'
import { DOCX, kinds, noFiles, parse, shared } from './kit.ts'

const textOf = async (file: string): Promise<string> => (await parse(shared(`docx/${file}.docx`), DOCX)).document.text

test('small documents, each with what it is about', { skip: noFiles }, async () => {
  assert.equal(await textOf('single-paragraph'), 'Walking on imported air')
  assert.equal(await textOf('embedded-style-map'), 'Walking on imported air')
  assert.equal(await textOf('strict-format'), 'Test')
  assert.equal(await textOf('utf8-bom'), 'This XML has a byte order mark.')
  assert.equal(await textOf('simple-list'), '- Apple\n- Banana')
  assert.equal(await textOf('comments'), 'Ouch.')
  assert.equal(await textOf('text-box'), 'Datum plane')
  assert.equal(await textOf('footnotes'), 'Ouch[1].[2]\n\n1. A tachyon walks into a bar.\n2. Fin.')
  assert.equal(await textOf('endnotes'), 'Ouch[1].[2]\n\n1. A tachyon walks into a bar.\n2. Fin.')
  assert.equal(await textOf('footnote-hyperlink'), '[1]\n\n1. [Example](http://www.example.com)')
  assert.equal(await textOf('tables'), 'Above\n\n| Top left | Top right |\n| --- | --- |\n| Bottom left | Bottom right |\n\nBelow')
})

test('what has no text, or is no Word document, says so', { skip: noFiles }, async () => {
  for (const file of ['docx/tiny-picture.docx', 'docx-malformed/empty.docx', 'docx-malformed/empty.zip', 'docx-malformed/hello.zip']) {
    await assert.rejects(parse(shared(file), DOCX, {}, file), { name: 'AppError', code: 'document_unreadable' }, file)
  }
  for (const length of [0, 10, 5000]) {
    await assert.rejects(parse(shared('docx/tables.docx').slice(0, length), DOCX), { code: 'document_unreadable' })
  }
})

/** Words of prose, without what Markdown and typesetting put around them. */
const wordsOf = (text: string): string =>
  text
    .replace(/<[^<>]{1,200}>/gu, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .toLowerCase()

const BOOK = join(SHARED, 'corpora/rust-book/src')
const noBook = noFiles !== false ? noFiles : existsSync(BOOK) ? false : `${BOOK} is absent`

test('chapters of a book hold the sentences of their Markdown, under their headings', { skip: noBook }, async (t) => {
  for (const chapter of ['03', '04', '05', '10']) {
    await t.test(`chapter ${chapter}`, async () => {
      const { document, blocks } = await parse(shared(`docx/chapter${chapter}.docx`), DOCX)
      const words = wordsOf(document.text)
      const markdown = globSync(join(BOOK, `ch${chapter}-*.md`)).map((path) => readFileSync(path, 'utf8'))
      const prose = markdown.flatMap((text) => text.replace(/```[\s\S]*?```/gu, '').split(/(?<=[.!?])\s+|\n{2,}/u))
      const sentences = prose.map(wordsOf).filter((each) => each.length > 40)
      const found = sentences.filter((each) => words.includes(each.trim())).length
      // The two are edited apart: the book in print says many a thing a little differently.
      assert.ok(sentences.length > 100 && found / sentences.length > 0.5, `${found} of ${sentences.length} sentences`)
      const levels = blocks.filter(({ kind }) => kind === 'heading').map(({ level }) => level)
      assert.equal(levels[0], 1)
      assert.ok(levels.filter((level) => level === 2).length >= 3 && levels.includes(3))
      assert.ok(blocks.filter(({ kind }) => kind === 'code').length > 20, kinds({ blocks } as never))
    })
  }
})

test('listings keep their lines', { skip: noFiles }, async () => {
  const text = await textOf('chapter03')
  assert.match(text, /```\nfn main\(\) \{\n {4}let x = 5;\n/u)
})

const CONTENT_TYPES =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
const RELATIONS =
  '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ' +
  'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'

const documentXml = (body: string, head = ''): string =>
  `<?xml version="1.0"?>${head}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`

const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`

async function docxOf(document: string, parts: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const zip = new ZipFile()
  const all = { '[Content_Types].xml': CONTENT_TYPES, '_rels/.rels': RELATIONS, 'word/document.xml': document, ...parts }
  for (const [name, text] of Object.entries(all)) zip.addBuffer(Buffer.from(text), name)
  zip.end()
  return buffer(zip.outputStream)
}

test('insertions are there, deletions are not; properties become metadata', async () => {
  const body =
    '<w:p><w:r><w:t>Kept </w:t></w:r><w:ins w:id="1" w:author="a"><w:r><w:t>inserted</w:t></w:r></w:ins><w:del w:id="2" w:author="a"><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p>'
  const core =
    '<cp:coreProperties xmlns:cp="c" xmlns:dc="d"><dc:title>Tea &amp; &#x63;offee</dc:title><dc:creator>A. Writer</dc:creator></cp:coreProperties>'
  const { document } = await parse(await docxOf(documentXml(body), { 'docProps/core.xml': core }), DOCX)
  assert.equal(document.text, 'Kept inserted')
  assert.equal(document.title, 'Tea & coffee')
  assert.deepEqual(document.metadata, { author: 'A. Writer' })
})

test('half of a surrogate pair is stored as a sign of its own', async () => {
  const heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>A &#xD800; b</w:t></w:r></w:p>'
  const { document, blocks } = await parse(await docxOf(documentXml(heading)), DOCX)
  assert.deepEqual([document.text.includes('A \ufffd b'), blocks[0]?.label.isWellFormed()], [true, true])
})

test('entities, bombs and endless nesting are refused before anything is built', async () => {
  const entity = documentXml(paragraph('&x;'), '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
  await assert.rejects(parse(await docxOf(entity), DOCX), { code: 'document_unreadable', message: /DTD/u })
  const bomb = documentXml(paragraph('a'.repeat(4_000_000)))
  await assert.rejects(parse(await docxOf(bomb), DOCX), { code: 'parser_limit', message: /unpacks to more than 200 times/u })
  const two = documentXml(paragraph('a b'))
  await assert.rejects(parse(await docxOf(two), DOCX, { archiveBytes: 100 }), { code: 'parser_limit', message: /more than 100 bytes/u })
  await assert.rejects(parse(await docxOf(two), DOCX, { archiveEntries: 2 }), { code: 'parser_limit', message: /3 parts/u })
  const deep = documentXml('<w:sdt>'.repeat(1000) + '</w:sdt>'.repeat(1000))
  await assert.rejects(parse(await docxOf(deep), DOCX), { code: 'document_unreadable', message: /nested deeper than 400/u })
})
