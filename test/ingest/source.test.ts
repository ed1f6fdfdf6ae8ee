import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { isGone } from '../../ingest/source/gone.ts'
import { splitPatterns } from '../../ingest/source/glob.ts'
import { openSources } from '../../ingest/source/open-sources.ts'
import { nameBelow, openRoots } from '../../ingest/source/roots.ts'
import type { Selection } from '../../ingest/source/selection.ts'
import type { SourceItem } from '../../ingest/source/source.ts'

async function folder(context: TestContext, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'ration-source-'))
  context.after(() => rm(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), content)
  }
  return root
}

const SETTINGS = { fileBytes: 1000, documentBytes: 1000 }

async function read(paths: readonly string[], directory: string, selection: Partial<Selection> = {}) {
  const roots = await openRoots(paths, directory, { include: [], exclude: [], ...selection })
  const source = openSources(roots, SETTINGS)
  const items: SourceItem[] = []
  for await (const item of source.items()) items.push(item)
  const documents = items.flatMap((item) => ('document' in item ? [item.document] : []))
  const failures = items.flatMap((item) => ('failure' in item ? [item.failure] : []))
  return { count: await source.count(), ids: documents.map(({ id }) => id), documents, failures }
}

test('a folder is read in order, by extension, without what hides and without links', async (context) => {
  const root = await folder(context, {
    'docs/b.md': 'b',
    'docs/a/x.HTML': 'x',
    'docs/c.txt': 'c',
    'docs/d.mdx': 'd',
    'docs/e.png': 'e',
    'docs/f.tar.gz': 'f',
    'docs/g.gz': 'g',
    'docs/h.PDF': 'h',
    'docs/i.py': 'i',
    'docs/.git/f.md': 'f',
    'docs/node_modules/g.md': 'g',
    'docs/.h.md': 'h',
  })
  await symlink(join(root, 'docs/b.md'), join(root, 'docs/link.md'))
  const { ids, documents, count } = await read(['docs'], root)
  assert.deepEqual(ids, ['docs/a/x.HTML', 'docs/b.md', 'docs/c.txt', 'docs/d.mdx', 'docs/f.tar.gz', 'docs/h.PDF', 'docs/i.py'])
  assert.deepEqual(
    documents.map(({ mediaType }) => mediaType),
    ['text/html', 'text/markdown', 'text/plain', 'text/mdx', 'application/gzip', 'application/pdf', 'text/x-code'],
  )
  assert.equal(count, null, 'nobody knows what is in an archive')
  assert.deepEqual((await read(['docs/a/x.HTML'], root)).ids, ['docs/a/x.HTML'], 'a file named alone has the id that it has in its folder')
  assert.deepEqual((await read(['../docs'], join(root, 'docs'))).ids, ['a/x.HTML', 'b.md', 'c.txt', 'd.mdx', 'f.tar.gz', 'h.PDF', 'i.py'])
  assert.deepEqual((await read([join(root, 'docs')], tmpdir().replace(/$/u, '/elsewhere'))).ids[1], 'docs/b.md')
})

test('JSON lines in BEIR layout: keys, metadata, and bad lines by number', async (context) => {
  const corpus = [
    '{"_id":"1","title":"T","text":"one","metadata":{"a":1},"year":2020}',
    '',
    'not json',
    '[1]',
    '{"text":"no id"}',
    '{"id":7,"content":"seven","media_type":"text/markdown","url":"https://a.example"}',
    '{"_id":"x","text":5}',
    '{"_id":"y","metadata":"z"}',
    `{"_id":"long","text":"${'x'.repeat(1_100_000)}"}`,
    '{"_id":"last","text":"end"}',
    `{"_id":"deep","text":"x","nested":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ].join('\n')
  const root = await folder(context, {
    'set/corpus.jsonl': corpus,
    'set/queries.jsonl': '{"_id":"q","text":"no document"}\n',
    'set/readme.md': 'no document',
  })
  const { documents, failures, count } = await read(['set'], root)
  assert.deepEqual(documents, [
    { id: '1', title: 'T', uri: null, mediaType: 'text/plain', content: 'one', metadata: { year: 2020, a: 1 } },
    { id: '7', title: null, uri: 'https://a.example', mediaType: 'text/markdown', content: 'seven', metadata: {} },
    { id: 'last', title: null, uri: null, mediaType: 'text/plain', content: 'end', metadata: {} },
  ])
  assert.deepEqual(
    failures.map(({ id, code }) => `${id} ${code}`),
    [3, 4, 5, 7, 8]
      .map((line) => `set/corpus.jsonl:${line} invalid_document`)
      .concat('set/corpus.jsonl:9 document_too_large', 'set/corpus.jsonl:11 invalid_document'),
  )
  assert.equal(count, 11)
})

test('files that are too large are failures by name; what a file holds is not looked at, named alone it is taken whatever its type', async (context) => {
  const root = await folder(context, {
    'big.md': 'x'.repeat(1001),
    'latin.txt': Uint8Array.of(0x66, 0xfc, 0x72),
    'notes.unknown': 'x',
    'bad.jsonl': Uint8Array.of(0x22, 0xff, 0x22),
  })
  const { documents, failures } = await read(['big.md', 'latin.txt', 'notes.unknown', 'bad.jsonl'], root)
  assert.deepEqual(
    failures.map(({ id, code, hides }) => [id, code, hides]),
    [
      ['big.md', 'document_too_large', 'below'],
      ['bad.jsonl:1', 'invalid_document', 'anything'],
    ],
  )
  assert.deepEqual(
    documents.map(({ id, mediaType, content }) => [id, mediaType, Buffer.from(content as Uint8Array).toString('latin1')]),
    [
      ['latin.txt', 'text/plain', 'für'],
      ['notes.unknown', 'application/octet-stream', 'x'],
    ],
  )
})

test('folders and files that cannot be read any more are failures by name, and the rest goes on', async (context) => {
  const root = await folder(context, { 'gone/a.md': 'x', 'gone.jsonl': '{}', 'stays/b.md': 'x' })
  const source = openSources(await openRoots(['gone', 'gone.jsonl', 'stays'], root, { include: [], exclude: [] }), SETTINGS)
  await rm(join(root, 'gone'), { recursive: true })
  await rm(join(root, 'gone.jsonl'))
  assert.equal(await source.count(), 3)
  const names: string[] = []
  for await (const item of source.items()) names.push('failure' in item ? `${item.failure.id} ${item.failure.code}` : item.document.id)
  assert.deepEqual(names, ['gone/ invalid_document', 'gone.jsonl invalid_document', 'stays/b.md'])
})

test('a path that is not there, and folders of one name from different places, are refused before anything is read', async (context) => {
  const root = await folder(context, { 'a/docs/x.md': 'x', 'b/docs/x.md': 'x', 'here/y.md': 'y' })
  await assert.rejects(read(['nowhere'], root), { code: 'invalid_request' })
  await assert.rejects(read([join(root, 'a/docs'), join(root, 'b/docs')], join(root, 'here')), { code: 'invalid_request' })
})

const TREE = {
  'docs/a.md': 'a',
  'docs/b.cfg': 'b',
  'docs/c.txt': 'c',
  'docs/deep/d.md': 'd',
  'docs/deep/drafts/e.md': 'e',
  'docs/deep/er/f.md': 'f',
  'docs/[odd].md': 'g',
}

test('a glob names files, whatever their type, with the ids that they have in their folder', async (context) => {
  const root = await folder(context, TREE)
  const cases: readonly (readonly [pattern: string, ids: readonly string[]])[] = [
    ['docs/*.md', ['docs/[odd].md', 'docs/a.md']],
    ['docs/**/*.md', ['docs/[odd].md', 'docs/a.md', 'docs/deep/d.md', 'docs/deep/drafts/e.md', 'docs/deep/er/f.md']],
    ['docs/*.{cfg,txt}', ['docs/b.cfg', 'docs/c.txt']],
    ['docs/*/*.md', ['docs/deep/d.md']],
    ['docs/[odd].md', ['docs/[odd].md']],
    ['docs/*.none', []],
  ]
  for (const [pattern, ids] of cases) assert.deepEqual((await read([pattern], root)).ids, ids, pattern)
  assert.deepEqual((await read(['**/er/*'], join(root, 'docs'))).ids, ['deep/er/f.md'])
  assert.deepEqual((await read([join(root, 'docs/deep/*.md')], join(root, 'elsewhere'))).ids, ['deep/d.md'])
  await assert.rejects(read(['nowhere/*.md'], root), { code: 'invalid_request' })
})

test('--include takes what matches, whatever its type; --exclude leaves files and folders out', async (context) => {
  const root = await folder(context, TREE)
  assert.deepEqual((await read(['docs'], root, { include: ['*.cfg'] })).ids, ['docs/b.cfg'])
  assert.deepEqual((await read(['docs'], root, { include: ['deep/*.md'] })).ids, ['docs/deep/d.md'])
  assert.deepEqual((await read(['docs'], root, { exclude: ['drafts', 'deep/er', '*.txt'] })).ids, [
    'docs/[odd].md',
    'docs/a.md',
    'docs/deep/d.md',
  ])
  assert.deepEqual((await read(['docs/**/*.md'], root, { exclude: ['deep/'] })).ids, ['docs/[odd].md', 'docs/a.md'])
  assert.deepEqual(splitPatterns(' *.md, drafts/{a,b}/** ,,x'), ['*.md', 'drafts/{a,b}/**', 'x'])
})

test('gone is what is not there and was asked for', async (context) => {
  const root = await folder(context, { ...TREE, 'docs/z.zip': 'z', 'docs/z.bin': 'z' })
  const [all] = await openRoots(['docs'], root, { include: [], exclude: ['drafts'] })
  assert.ok(all !== undefined)
  const cases: readonly (readonly [name: string, gone: boolean])[] = [
    ['a.md', false],
    ['z.zip', true],
    ['b.cfg', false],
    ['x.md', true],
    ['x.cfg', false],
    ['drafts/x.md', false],
    ['a.md/x.md', true],
    ['z.zip/x.md', true],
    ['z.zip/deep/x.unknown', true],
    ['z.bin/x.md', false],
    ['deep', false],
    ['y.zip/x.unknown', true],
  ]
  for (const [name, gone] of cases) assert.equal(await isGone(all, name), gone, name)
  const [file] = await openRoots(['docs/z.zip'], root, { include: [], exclude: [] })
  assert.ok(file !== undefined)
  assert.deepEqual([await isGone(file, ''), await isGone(file, 'x/y.md')], [false, true])
  assert.deepEqual(
    ['docs/z.zip', 'docs/z.zip/a', 'docs/z.zipper', 'a'].map((id) => nameBelow(file, id)),
    ['', 'a', null, null],
  )
  assert.deepEqual(
    ['docs/../a', 'docs//a', 'docs/', 'docsy/a', 'docs/a'].map((id) => nameBelow(all, id)),
    [null, null, null, null, 'a'],
  )
})
