import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { decodeText } from '../../ingest/parse/decode-text.ts'
import { detect, DOCX, GZIP, mayHoldMany, PDF, TAR, ZIP } from '../../ingest/parse/detect.ts'
import { AppError } from '../../src/core/errors.ts'
import { raw } from './kit.ts'
import { tarOf, zipOf } from './archive-kit.ts'

const OCTETS = 'application/octet-stream'
const bytes = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string, mark: readonly number[]) => {
  const data = Buffer.from(text, 'utf16le')
  return Buffer.concat([Uint8Array.from(mark), mark[0] === 0xff ? data : data.swap16()])
}
const typeOf = async (content: string | Uint8Array, name = 'file', mediaType = OCTETS) => {
  try {
    return (await detect({ ...raw(name, '', { mediaType }), content })).mediaType
  } catch (error) {
    assert.ok(error instanceof AppError, String(error))
    return `${error.code} ${String(error.details['media_type'] ?? error.details['reason'])}`
  }
}

const PAGE = '<!doctype html><html><body><p>Hi</p></body></html>'
const cases: readonly (readonly [string, string | Uint8Array, string, string, string])[] = [
  ['a PDF, whatever it is called', bytes('%PDF-1.7\n1 0 obj'), 'notes.md', 'text/markdown', PDF],
  ['a PDF behind some rubbish', bytes('\n\n  %PDF-1.4'), 'x', OCTETS, PDF],
  ['a tar', await tarOf({ 'a.md': '# A' }), 'x', OCTETS, TAR],
  ['a gzip', gzipSync('text'), 'x.md', 'text/markdown', GZIP],
  ['a zip', await zipOf({ 'a.md': '# A' }), 'x.docx', DOCX, ZIP],
  ['an empty zip', await zipOf({}), 'x', OCTETS, ZIP],
  ['a Word document', await zipOf({ '[Content_Types].xml': '<a/>', 'word/document.xml': '<a/>' }), 'x.zip', ZIP, DOCX],
  [
    'a zip with a Word document inside',
    await zipOf({ 'r.docx': await zipOf({ '[Content_Types].xml': '<a/>', 'word/document.xml': '<a/>' }) }),
    'x',
    OCTETS,
    ZIP,
  ],
  [
    'a workbook',
    await zipOf({ '[Content_Types].xml': '<a/>', 'xl/workbook.xml': '<a/>' }),
    'x',
    OCTETS,
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
  [
    'an OpenDocument text',
    await zipOf({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<a/>' }),
    'x',
    OCTETS,
    'application/vnd.oasis.opendocument.text',
  ],
  [
    'a picture',
    Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ', 'base64'),
    'x.md',
    'text/markdown',
    'unsupported_media_type image/png',
  ],
  [
    'rubbish',
    Uint8Array.from({ length: 400 }, (_, i) => (i * 7919) % 251),
    'x.txt',
    'text/plain',
    'unsupported_media_type binary content of no known type',
  ],
  [
    'an old Word document',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
    'x.doc',
    OCTETS,
    'application/x-cfb',
  ],
  [
    'an encrypted one',
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from('EncryptedPackage', 'utf16le')]),
    'x.docx',
    DOCX,
    'document_unreadable encrypted',
  ],
  ['Markdown by its name', bytes('# Hi\n\n- a'), 'a/b.md', OCTETS, 'text/markdown'],
  ['Markdown by its media type', bytes('# Hi'), 'x', 'text/markdown; charset=utf-8', 'text/markdown'],
  ['a page that is called Markdown', bytes(PAGE), 'x.md', 'text/markdown', 'text/html'],
  ['a page without a name', bytes(`\uFEFF\n<!-- made by hand -->\n${PAGE}`), 'x', OCTETS, 'text/html'],
  ['a page behind white space', bytes(`${' \n'.repeat(2000)}<?xml version="1.0"?>\n${PAGE}`), 'x', OCTETS, 'text/html'],
  ['a program that writes pages', bytes(PAGE), 'x.vue', OCTETS, 'text/x-code'],
  ['a program', bytes('def f(): pass'), 'x.py', 'text/plain', 'text/x-code'],
  ['text by its name', bytes('# not a heading'), 'x.txt', OCTETS, 'text/plain'],
  ['text by nothing', bytes('Some words, and more words.\nA line.'), 'LICENSE', OCTETS, 'text/plain'],
  ['JSON', bytes(' {"a": 1}'), 'x', OCTETS, 'application/json'],
  ['JSON lines', bytes('{"a":1}\n{"a":2}\n'), 'x', OCTETS, 'application/x-ndjson'],
  ['JSON lines that are called JSON', bytes('{"a":1}\n{"a":2}\n'), 'x.json', 'application/json', 'application/x-ndjson'],
  ['JSON of many lines', bytes('{\n"a":{\n"b":2}}\n'), 'x.json', OCTETS, 'application/json'],
  ['commas', bytes('a,b,c\n1,"2,5",3\n4,5,6\n'), 'x', OCTETS, 'text/csv'],
  ['tabs', bytes('a\tb\n1\t2\n3\t4\n'), 'x', OCTETS, 'text/tab-separated-values'],
  ['rich text', bytes('{\\rtf1\\ansi hello}'), 'x', OCTETS, 'application/rtf'],
  ['XML', bytes('<?xml version="1.0"?><a/>'), 'x', OCTETS, 'application/xml'],
  ['a given text is what it says', PAGE, 'x', 'text/markdown', 'text/markdown'],
  ['a given text is no PDF', '%PDF-1.7', 'x', 'application/pdf', 'unsupported_media_type application/pdf'],
  ['a given text has a type', 'x', 'x', '', 'unsupported_media_type an empty media type'],
]
for (const [name, content, file, mediaType, expected] of cases) {
  test(`type: ${name}`, async () => assert.equal(await typeOf(content, file, mediaType), expected))
}

test('encodings: UTF-8, UTF-16 with its mark, windows-1252 and damaged text with a warning', () => {
  assert.deepEqual(decodeText(bytes('\uFEFFnaïve 中')), { text: 'naïve 中', warnings: [] })
  assert.deepEqual(decodeText(utf16('naïve', [0xff, 0xfe])), { text: 'naïve', warnings: [] })
  assert.deepEqual(decodeText(utf16('naïve', [0xfe, 0xff])), { text: 'naïve', warnings: [] })
  assert.deepEqual(decodeText(Buffer.from('caf\xe9 \x93quoted\x94', 'latin1')), {
    text: 'café “quoted”',
    warnings: ['not UTF-8: read as windows-1252'],
  })
  const damaged = decodeText(Buffer.concat([bytes('Größe über alles: '), Uint8Array.of(0xc3), bytes(' ß')]))
  assert.deepEqual(damaged, { text: 'Größe über alles: \uFFFD ß', warnings: ['1 place is not UTF-8 and became U+FFFD'] })
  assert.equal(decodeText(bytes('a\0b')), null)
  assert.equal(decodeText(Uint8Array.from({ length: 300 }, (_, i) => 128 + (i % 128))), null)
})

test('bytes are decoded without a throw, and text comes back as it was', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const decoded = decodeText(bytes(text.toWellFormed()))
      if (decoded !== null) assert.equal(decoded.text, text.toWellFormed().replace(/^\uFEFF/u, ''))
    }),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 600 }),
      fc.constantFrom('PK\x03\x04', 'PK\x05\x06', '\x1f\x8b', '%PDF-', '\xff\xfe', ''),
      async (tail, head) => {
        await typeOf(Buffer.concat([Buffer.from(head, 'latin1'), tail]))
      },
    ),
  )
})

test('only what may hold many documents is looked into', () => {
  const may = (content: string | Uint8Array, mediaType = OCTETS, name = 'x') => mayHoldMany({ ...raw(name, '', { mediaType }), content })
  assert.ok(
    may(gzipSync('x')) &&
      may(bytes('PK\x03\x04')) &&
      may(bytes(' [1]')) &&
      may('[]', 'application/json') &&
      may('', 'application/x-ndjson'),
  )
  assert.ok(may(bytes('x'), OCTETS, 'x.jsonl'))
  assert.ok(
    !may('[]', 'text/markdown') &&
      !may(bytes('[link](x)'), 'text/markdown') &&
      !may(bytes('[a]'), OCTETS, 'x.md') &&
      !may(bytes('%PDF-1.7')),
  )
})
