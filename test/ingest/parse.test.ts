import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { atomsOf } from '../../ingest/chunk/atoms.ts'
import { placeBlocks } from '../../ingest/chunk/section.ts'
import { headingText } from '../../ingest/parse/heading-text.ts'
import { contentHash, isHashOf, storedHow, type ReadingSettings } from '../../ingest/content-hash.ts'
import { sourceHash } from '../../ingest/source-hash.ts'
import { INGEST, parsed, raw, READING } from './kit.ts'

const blocksOf = async (content: string, changes = {}) => {
  const { document, blocks } = await parsed(raw('d', content, changes))
  return blocks.map((block) => [block.kind, document.text.slice(block.span.start, block.span.end), block.headingPath.join('/')])
}

test('Markdown is stored as it stands, in blocks with the headings above them', async () => {
  const text =
    '# A\n\nOne\nline.\n\n## B `c`\n\n- x\n  - y\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n### C\n\n> said\n\n```js\n# no heading\n```\n\n## D\n\n<div>x</div>\n'
  assert.equal((await parsed(raw('d', text))).document.text, text)
  assert.deepEqual(await blocksOf(text), [
    ['heading', '# A', ''],
    ['paragraph', 'One\nline.', 'A'],
    ['heading', '## B `c`', 'A'],
    ['list', '- x\n  - y', 'A/B c'],
    ['table', '| a | b |\n|---|---|\n| 1 | 2 |', 'A/B c'],
    ['heading', '### C', 'A/B c'],
    ['quote', '> said', 'A/B c/C'],
    ['code', '```js\n# no heading\n```', 'A/B c/C'],
    ['heading', '## D', 'A'],
    ['other', '<div>x</div>', 'A/D'],
  ])
})

test('line breaks of every kind are one, and a byte-order mark goes', async () => {
  assert.equal((await parsed(raw('d', '\uFEFFa\r\nb\rc'))).document.text, 'a\nb\nc')
})

test('front matter goes into the metadata, under what is given', async () => {
  const { document } = await parsed(
    raw('d', '---\ntitle: From front\ntags: [a, b]\ndate: 2026-01-02\n---\n# H\n\nText', { metadata: { tags: 'given' } }),
  )
  assert.equal(document.title, 'From front')
  assert.deepEqual(document.metadata, { title: 'From front', tags: 'given', date: '2026-01-02' })
  assert.equal(document.text, '# H\n\nText')
})

test('what is no YAML map stays in the text', async () => {
  for (const text of ['---\n- a\n---\nText', '---\na: b: c\n---\nText', '---\nnever closed\n\nText'])
    assert.equal((await parsed(raw('d', text))).document.text, text)
})

test('aliases cannot multiply front matter', async () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
  ]
  const text = `---\n${bomb.join('\n')}\n---\nText`
  assert.equal((await parsed(raw('d', text))).document.text, text)
})

test('the title is the given one, then that of the front matter, of the first h1, of the file', async () => {
  const titleOf = async (content: string, changes = {}) => (await parsed(raw('d', content, changes))).document.title
  assert.equal(await titleOf('---\ntitle: F\n---\n# H', { title: 'Given' }), 'Given')
  assert.equal(await titleOf('---\ntitle: F\n---\n# H'), 'F')
  assert.equal(await titleOf('## Two\n\n# *One* [link](x)\n'), 'One link')
  assert.equal(await titleOf('text', { uri: 'https://a.example/guide/api-keys.md?x=1#y' }), 'api-keys')
  assert.equal(await titleOf('text'), '')
  assert.equal((await titleOf('text', { title: 'x'.repeat(1000) })).length, INGEST.titleCharacters)
})

test('headings lose their marks and keep their words', async () => {
  assert.equal(headingText('## The `--json` **flag** {#json}'), 'The --json flag')
  assert.equal(headingText('### <a name="x"></a>snake_case_name \\* ##'), 'snake_case_name *')
  assert.equal(headingText('Title\n====='), 'Title')
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => typeof headingText(`# ${text}`) === 'string'))
})

test('MDX loses its program and keeps its prose and its code', async () => {
  const text = [
    'import X from "x"',
    'import {',
    '  Y',
    "} from 'y'",
    '',
    '# Use',
    '',
    '<Tabs',
    '  a="b"',
    '>',
    'Inside <b>bold</b>.',
    '</Tabs>',
    '',
    '```js',
    'import z from "z"',
    '<Foo />',
    '```',
    '',
    'export const a = 1',
    '',
  ].join('\n')
  const { document } = await parsed(raw('d', text, { mediaType: 'text/mdx' }))
  assert.equal(document.text.trim(), '# Use\n\nInside <b>bold</b>.\n\n```js\nimport z from "z"\n<Foo />\n```')
})

test('HTML becomes Markdown of its main content', async () => {
  const html = readFileSync(new URL('fixtures/guide.html', import.meta.url), 'utf8')
  const { document, blocks } = await parsed(raw('d', html, { mediaType: 'text/html; charset=utf-8' }))
  assert.equal(document.title, 'Rotating keys')
  assert.equal(document.mediaType, 'text/html')
  assert.deepEqual(document.metadata, { description: 'How to rotate an API key without downtime' })
  for (const gone of ['never in the text', 'color: red', 'Sidebar entry', 'newsletter']) assert.ok(!document.text.includes(gone), gone)
  assert.match(document.text, /## Steps/u)
  assert.ok(document.text.includes('ration key create --label new\n\nif test -n "$OLD" && true; then'))
  const table = blocks.find((block) => block.kind === 'table')
  assert.ok(table)
  assert.match(document.text.slice(table.span.start, table.span.end), /\| Keys per tenant \| 100 \|/u)
  assert.ok(blocks.some((block) => block.kind === 'code') && blocks.some((block) => block.kind === 'list'))
})

test('HTML where there is no article is taken whole, fragments too', async () => {
  assert.equal(
    (await parsed(raw('d', '<p>Only <b>this</b></p><p>and that</p>', { mediaType: 'text/html' }))).document.text,
    'Only **this**\n\nand that',
  )
  const links = `<ul>${Array.from({ length: 30 }, (_, i) => `<li><a href="/${i}">Command ${i}</a></li>`).join('')}</ul>`
  assert.match((await parsed(raw('d', links, { mediaType: 'text/html' }))).document.text, /Command 29/u)
})

test('pages that would take a parser minutes take it moments', { timeout: 60_000 }, async () => {
  const pages = [
    '<div>'.repeat(300) + 'a',
    `<table>${'<tr><td>a</td><td>b</td></tr>'.repeat(5000)}</table>`,
    `<p>${'<span>a</span> '.repeat(20_000)}</p>`,
  ]
  for (const page of pages) await parsed(raw('d', page, { mediaType: 'text/html' }))
})

test('texts that would take a pattern minutes take it moments', { timeout: 60_000 }, async () => {
  await parsed(raw('d', '<A'.repeat(100_000), { mediaType: 'text/mdx' }))
  await parsed(raw('d', '>'.repeat(30_000) + ' a'))
  await parsed(raw('d', `<${'A'.repeat(200_000)}`, { mediaType: 'text/mdx' }))
  const keys = Array.from({ length: 30_000 }, (_, i) => `key${i}: value`)
  await assert.rejects(() => parsed(raw('d', `---\n${keys.join('\n')}\n---\ntext`)), {
    code: 'invalid_document',
    message: /metadata is over/u,
  })
  const code = await parsed(raw('d', `\`\`\`${'x '.repeat(60_000)}\n${'}\n'.repeat(60_000)}\`\`\``))
  assert.equal(atomsOf(code.document.text, placeBlocks(code.blocks, '')).length, 1)
})

test('metadata may speak of surrogate escapes', async () => {
  const metadata = { escape: '\\ud83d\\ude00 is 😀', path: 'C:\\\\udata' }
  assert.deepEqual((await parsed(raw('d', 'text', { metadata }))).document.metadata, metadata)
})

test('a table of HTML without a header, with a caption, breaks and bars', async () => {
  const html = '<table><caption>Ports</caption><tr><td>a|b</td><td><p>one</p><p>two</p></td></tr><tr><td>c</td><td></td></tr></table>'
  assert.equal(
    (await parsed(raw('d', html, { mediaType: 'text/html' }))).document.text,
    'Ports\n\n| a\\|b | one two |\n| --- | --- |\n| c |  |',
  )
})

test('plain text has a block for each paragraph', async () => {
  assert.deepEqual(await blocksOf('# not a heading\nx\n \n\nsecond\n', { mediaType: 'text/plain' }), [
    ['paragraph', '# not a heading\nx', ''],
    ['paragraph', 'second\n', ''],
  ])
})

const refused: readonly (readonly [string, string, ReturnType<typeof raw>])[] = [
  ['a type without a parser', 'unsupported_media_type', raw('d', 'x', { mediaType: 'application/epub+zip' })],
  ['NUL characters', 'invalid_document', raw('d', 'a\0b')],
  ['half of a surrogate pair', 'invalid_document', raw('d', 'a\ud800b')],
  ['half of one in the metadata', 'invalid_document', raw('d', 'a', { metadata: { a: '\udc00' } })],
  ['half of one behind a backslash', 'invalid_document', raw('d', 'a', { metadata: { a: '\\\ud800' } })],
  ['nothing to read', 'invalid_document', raw('d', ' \n ')],
  ['nothing to read in HTML', 'invalid_document', raw('d', '<script>x</script>', { mediaType: 'text/html' })],
  ['an id with a line break', 'invalid_document', raw('a\nb', 'x')],
  ['an id that is too long', 'invalid_document', raw('x'.repeat(513), 'x')],
  ['too many bytes', 'document_too_large', raw('d', 'é'.repeat(INGEST.documentBytes / 2 + 1))],
  ['too much metadata', 'invalid_document', raw('d', 'x', { metadata: { a: 'x'.repeat(INGEST.metadataBytes) } })],
  ['HTML nested without end', 'invalid_document', raw('d', '<div>'.repeat(5_000) + 'a', { mediaType: 'text/html' })],
]
for (const [name, code, document] of refused) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(() => parsed(document), { name: 'AppError', code })
  })
}

test('a document without text but with a title has its title as text', async () => {
  const { document } = await parsed(raw('d', '', { title: 'A title', mediaType: 'text/plain' }))
  assert.equal(document.text, 'A title')
})

test('the content hash moves with everything that decides what is stored, and with nothing else', async () => {
  const how = storedHow(INGEST, READING)
  const base = raw('d', 'text', { metadata: { a: 1, b: [{ c: 2, d: 3 }] } })
  const hash = contentHash(base, how)
  assert.equal(contentHash({ ...base, metadata: { b: [{ d: 3, c: 2 }], a: 1 } }, how), hash)
  const others = [{ content: 'texts' }, { title: '' }, { uri: '' }, { mediaType: 'text/plain' }, { metadata: {} }].map((change) =>
    contentHash({ ...base, ...change }, how),
  )
  others.push(contentHash(base, storedHow({ ...INGEST, targetTokens: 100 }, READING)))
  assert.equal(new Set([hash, ...others]).size, others.length + 1)
})

test('settings of the parser move the hash of the documents that they concern', async () => {
  const kinds = {
    pdf: raw('a.pdf', Buffer.from('%PDF-1.7 …'), { mediaType: '' }),
    json: raw('a.json', Buffer.from('{"a":1}'), { mediaType: 'application/json' }),
    markdown: raw('a.md', Buffer.from('# A')),
    encrypted: raw('a.docx', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, ...Buffer.from('EncryptedPackage', 'utf16le')])),
  }
  const moved = (changes: Partial<ReadingSettings>) => {
    const [before, after] = [storedHow(INGEST, READING), storedHow(INGEST, { ...READING, ...changes })]
    return Object.entries(kinds).flatMap(([kind, each]) => {
      const stored = contentHash(each, before)
      const isMoved = contentHash(each, after) !== stored
      assert.equal(isHashOf(stored, sourceHash(each), before), true)
      assert.equal(isHashOf(stored, sourceHash(each), after), !isMoved, `whoever knows only the source hash of ${kind} is told the same`)
      return isMoved ? [kind] : []
    })
  }
  assert.deepEqual(moved({ ocr: true }), ['pdf'])
  assert.deepEqual(moved({ ocrLanguage: 'deu' }), [], 'OCR is off')
  assert.deepEqual(moved({ recordFields: { ...READING.recordFields, text: ['say'] } }), ['json'])
})
