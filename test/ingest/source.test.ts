import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openSources } from '../../ingest/source/open-sources.ts'
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

async function read(paths: readonly string[], directory: string, documentBytes = 1000) {
  const source = await openSources(paths, directory, { documentBytes })
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
    'docs/.git/f.md': 'f',
    'docs/node_modules/g.md': 'g',
    'docs/.h.md': 'h',
  })
  await symlink(join(root, 'docs/b.md'), join(root, 'docs/link.md'))
  const { ids, documents, count } = await read(['docs'], root)
  assert.deepEqual(ids, ['docs/a/x.HTML', 'docs/b.md', 'docs/c.txt', 'docs/d.mdx'])
  assert.deepEqual(
    documents.map(({ mediaType }) => mediaType),
    ['text/html', 'text/markdown', 'text/plain', 'text/mdx'],
  )
  assert.equal(count, 4)
  assert.deepEqual((await read(['docs/a/x.HTML'], root)).ids, ['docs/a/x.HTML'], 'a file named alone has the id that it has in its folder')
  assert.deepEqual((await read(['../docs'], join(root, 'docs'))).ids, ['a/x.HTML', 'b.md', 'c.txt', 'd.mdx'])
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

test('files that are too large, not UTF-8 or of another type are failures by name', async (context) => {
  const root = await folder(context, {
    'big.md': 'x'.repeat(1001),
    'latin.txt': Uint8Array.of(0x66, 0xfc, 0x72),
    'a.pdf': 'x',
    'bad.jsonl': Uint8Array.of(0x22, 0xff, 0x22),
  })
  const { failures } = await read(['big.md', 'latin.txt', 'a.pdf', 'bad.jsonl'], root)
  assert.deepEqual(
    failures.map(({ id, code }) => [id, code]),
    [
      ['big.md', 'document_too_large'],
      ['latin.txt', 'invalid_document'],
      ['a.pdf', 'unsupported_media_type'],
      ['bad.jsonl:1', 'invalid_document'],
    ],
  )
})

test('folders and files that cannot be read any more are failures by name, and the rest goes on', async (context) => {
  const root = await folder(context, { 'gone/a.md': 'x', 'gone.jsonl': '{}', 'stays/b.md': 'x' })
  const source = await openSources(['gone', 'gone.jsonl', 'stays'], root, { documentBytes: 1000 })
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
