import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { unpack } from '../../ingest/unpack/unpack.ts'
import { innerPath } from '../../ingest/unpack/inner-path.ts'
import type { ParserSettings } from '../../ingest/parse/parse-settings.ts'
import type { RawDocument } from '../../src/core/types.ts'
import fc from 'fast-check'
import { tarOf, zipOf } from './archive-kit.ts'
import { raw } from './kit.ts'
import { PARSE } from './parser-kit.ts'

const MIB = 1024 * 1024
const file = (id: string, content: string | Uint8Array, changes: Partial<RawDocument> = {}): RawDocument => ({
  ...raw(id, '', { mediaType: 'application/octet-stream', ...changes }),
  content,
})

/** `id: content` of each document, `id! code limit-or-reason` of each failure; null for a single document. */
async function list(document: RawDocument, changes: Partial<ParserSettings> = {}): Promise<readonly string[] | null> {
  const items = await unpack(document, { ...PARSE, ...changes })
  if (items === null) return null
  const lines: string[] = []
  for await (const item of items) {
    if ('error' in item)
      lines.push([`${item.id}!`, item.error.code, item.error.details['limit'] ?? item.error.details['reason']].join(' ').trim())
    else lines.push(`${item.id}: ${Buffer.from(item.content).toString().slice(0, 20)}`)
  }
  return lines
}

test('a zip, a tar and a packed tar become their files, named below them', async () => {
  const files = {
    'a.md': '# A',
    'b/c.txt': 'c',
    './d.md': 'd',
    '.git/config': 'x',
    '__MACOSX/a.md': 'x',
    'node_modules/p/readme.md': 'x',
    'e/.hidden': 'x',
  }
  const expected = ['x/a.md: # A', 'x/b/c.txt: c', 'x/d.md: d']
  const named = Object.fromEntries(Object.entries(files).map(([name, content]) => [name.replace(/^\.\//u, ''), content]))
  assert.deepEqual(await list(file('x', await zipOf(named))), expected)
  assert.deepEqual(await list(file('x', await tarOf(files))), expected)
  assert.deepEqual(await list(file('x', gzipSync(await tarOf(files)))), expected)
})

test('what a file inherits: address below that of the archive, its type by its name, metadata', async () => {
  const metadata = { product: 'api' }
  const items = await unpack(file('x.zip', await zipOf({ 'a/b.md': 'b', c: 'c' }), { uri: 'https://h/x.zip', metadata }), PARSE)
  const documents = (await Array.fromAsync(items ?? [])) as RawDocument[]
  assert.deepEqual(
    documents.map(({ id, uri, mediaType, title, metadata: given }) => [id, uri, mediaType, title, given]),
    [
      ['x.zip/a/b.md', 'https://h/x.zip/a/b.md', 'text/markdown', null, metadata],
      ['x.zip/c', 'https://h/x.zip/c', 'application/octet-stream', null, metadata],
    ],
  )
})

test('a gzip of one file is that file under its name without the ending', async () => {
  assert.deepEqual(await list(file('logs/a.md.gz', gzipSync('# A'))), ['logs/a.md.gz/a.md: # A'])
})

test('bad entries fail alone: names that lead out, links, encryption, damage', async () => {
  const tar = await tarOf({ 'a.md': 'a', '../up': 'x', '/abs': 'x', 'C:\\win': 'x', 'l.md -> /etc/passwd': '', 'b.md': 'b' })
  assert.deepEqual(await list(file('t', tar)), [
    't/a.md: a',
    't/../up! invalid_document path',
    't//abs! invalid_document path',
    't/C:\\win! invalid_document path',
    't/l.md! invalid_document link',
    't/b.md: b',
  ])

  const zip = await zipOf({ 'aaaa.md': 'first', 'bbbb.md': 'second '.repeat(50), 'cccc.md': 'third' })
  const renamed = Buffer.from(zip.toString('latin1').replaceAll('aaaa.md', '../a.md'), 'latin1')
  assert.deepEqual(await list(file('z', renamed)), [
    'z/../a.md! invalid_document path',
    `z/bbbb.md: ${'second '.repeat(3).slice(0, 20)}`,
    'z/cccc.md: third',
  ])

  const directory = zip.indexOf(Buffer.from('PK\x01\x02', 'latin1'), zip.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 1)
  const encrypted = Buffer.from(zip)
  encrypted.writeUInt16LE(encrypted.readUInt16LE(directory + 8) | 1, directory + 8)
  assert.deepEqual(
    (await list(file('z', encrypted)))?.map((line) => line.replace(/:.*/u, '')),
    ['z/aaaa.md', 'z/bbbb.md! document_unreadable encrypted', 'z/cccc.md'],
  )
  const link = Buffer.from(zip)
  link.writeUInt32LE((0o120777 << 16) >>> 0, directory + 38)
  assert.equal((await list(file('z', link)))?.[1], 'z/bbbb.md! invalid_document link')
  const damaged = Buffer.from(zip)
  const local = zip.indexOf('bbbb.md')
  damaged.fill(0xff, local + 7, local + 15)
  const lines = await list(file('z', damaged))
  assert.deepEqual(
    [lines?.length, lines?.[0], lines?.[1], lines?.[2]],
    [3, 'z/aaaa.md: first', 'z/bbbb.md! document_unreadable malformed', 'z/cccc.md: third'],
  )
})

test('a damaged archive fails as a whole, after what could be read', async () => {
  const packed = gzipSync(await tarOf({ 'a.md': 'a', 'b.md': Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 251)) }))
  assert.deepEqual(await list(file('t', packed.subarray(0, -40))), ['t/a.md: a', 't! document_unreadable malformed'])
  assert.deepEqual(await list(file('z', Buffer.from('PK\x03\x04 and no more'))), ['z! document_unreadable malformed'])
  assert.deepEqual(await list(file('z', await zipOf({}))), ['z! document_unreadable empty'])
  assert.deepEqual(await list(file('z', gzipSync(await tarOf({})))), ['z! document_unreadable empty'])
})

test('bombs: ratio, size of a file, size of all, number of files, archives in archives', async () => {
  const zeros = Buffer.alloc(3 * MIB)
  assert.deepEqual(await list(file('z', await zipOf({ 'bomb.md': zeros, 'b.md': 'b' }))), [
    'z/bomb.md! parser_limit archive_ratio',
    'z/b.md: b',
  ])
  assert.deepEqual(await list(file('t', gzipSync(await tarOf({ 'a.md': 'a', 'bomb.md': zeros })))), [
    't/a.md: a',
    't! parser_limit archive_ratio',
  ])
  assert.deepEqual(await list(file('g', gzipSync(zeros))), ['g! parser_limit archive_ratio'])
  const noise = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))
  const two = { 'a.md': 'a', 'big.md': noise, 'c.md': 'c' }
  for (const archive of [await zipOf(two), await tarOf(two)]) {
    assert.deepEqual(
      (await list(file('x', archive), { fileBytes: 4000 }))?.filter((line) => line.includes('!')),
      ['x/big.md! document_too_large 4000'],
    )
    assert.deepEqual(await list(file('x', archive), { archiveBytes: 4000 }).then((lines) => lines?.at(-1)), 'x! parser_limit archive_bytes')
    assert.deepEqual(
      await list(file('x', archive), { archiveEntries: 2 }).then((lines) => lines?.at(-1)),
      'x! parser_limit archive_entries',
    )
  }
  const inner = await zipOf({ 'a.md': 'a' })
  const nested = await zipOf({ 'i.zip': inner, 'b.md': 'b' })
  const deep = await zipOf({ 'n.zip': nested, 'bad.zip': 'PK\x03\x04', 'c.md': 'c' })
  assert.deepEqual(await list(file('x', nested)), ['x/i.zip/a.md: a', 'x/b.md: b'])
  assert.deepEqual(await list(file('x', deep)), [
    'x/n.zip/i.zip! parser_limit archive_depth',
    'x/n.zip/b.md: b',
    'x/bad.zip! document_unreadable malformed',
    'x/c.md: c',
  ])
  assert.deepEqual(await list(file('x', deep), { archiveEntries: 4 }).then((lines) => lines?.at(-1)), 'x! parser_limit archive_entries')
})

test('JSON arrays and JSON lines become records; what has no text stays one document', async () => {
  const records = [
    { id: 7, text: 'seven', title: 'T', url: 'https://h/7', x: 1, metadata: { y: 2 } },
    { body: 'no id' },
    5,
    { id: 'q' },
    { id: '', text: 'a' },
  ]
  const expected = ['f/7: seven', 'f/2: no id', 'f/3! invalid_document', 'f/4! invalid_document', 'f/5! invalid_document']
  assert.deepEqual(await list(file('f', JSON.stringify(records), { mediaType: 'application/json' })), expected)
  const lines = records.map((each) => JSON.stringify(each)).join('\r\n\n')
  assert.deepEqual(await list(file('f', lines, { mediaType: 'application/x-ndjson' })), expected)
  assert.deepEqual(await list(file('f', Buffer.from(lines), { mediaType: 'application/x-ndjson' })), expected)
  assert.equal((await list(file('f', Buffer.from('{"text":"a"}\n{"text":"b"}'))))?.length, 2)
  assert.deepEqual(await list(file('f', `${lines}\nbroken`, { mediaType: 'application/jsonl' })), [...expected, 'f/6! invalid_document'])
  for (const name of ['f.jsonl', 'f.json'])
    assert.equal((await list(file('z', await zipOf({ [name]: '{"text":"a"}\n{"text":"b"}' }))))?.length, 2)
  assert.deepEqual(await list(file('z', await zipOf({ 'f.jsonl': lines }))).then((all) => all?.length), 5)
  const items = await unpack(file('f', JSON.stringify(records), { mediaType: 'application/json', metadata: { z: 3 } }), PARSE)
  const [first] = (await Array.fromAsync(items ?? [])) as RawDocument[]
  assert.deepEqual([first?.title, first?.uri, first?.metadata, first?.mediaType], ['T', 'https://h/7', { z: 3, x: 1, y: 2 }, 'text/plain'])
  for (const single of ['{"a":1}', '[1,2]', '[]', '[{"a":1}]', 'broken', '"text"'])
    assert.equal(await list(file('f', single, { mediaType: 'application/json' })), null, single)
  assert.equal(await list(file('f', '{"a":1}\n{"a":2}', { mediaType: 'application/x-ndjson' })), null)
})

test('the fields of records are a setting', async () => {
  const recordFields = { id: ['key'], text: ['abstract', 'summary'], title: ['name'], uri: ['link'], metadata: ['facts'] }
  const content = JSON.stringify([{ key: 'k', summary: 's', name: 'N', link: 'https://h', id: 1, facts: { a: 1 } }])
  const items = await unpack(file('f', content, { mediaType: 'application/json' }), { ...PARSE, recordFields })
  const [only] = (await Array.fromAsync(items ?? [])) as RawDocument[]
  assert.deepEqual([only?.id, only?.content, only?.title, only?.uri, only?.metadata], ['f/k', 's', 'N', 'https://h', { id: 1, a: 1 }])
})

test('a record nested without end fails alone', async () => {
  const deep = `{"text":"a","x":${'['.repeat(5000)}${']'.repeat(5000)}}`
  assert.deepEqual(await list(file('f', `{"text":"ok"}\n${deep}`, { mediaType: 'application/x-ndjson' })), [
    'f/1: ok',
    'f/2! invalid_document',
  ])
})

test('no name leads out of its archive', () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b.md', '...', 'C:', '\\', '/', '\0', '\u202e')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.constantFrom('/', '\\'), (parts, slash) => {
      try {
        const path = innerPath(parts.join(slash))
        if (path === null) return
        assert.ok(new URL(path.split('/').map(encodeURIComponent).join('/'), 'file:///in/here/').pathname.startsWith('/in/here/'))
        assert.ok(!path.startsWith('/') && !path.split('/').includes('..'))
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'invalid_document')
      }
    }),
  )
})
