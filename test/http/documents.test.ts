import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openApp, type TestApp } from './fixture.ts'

const put = (app: TestApp['app'], documents: readonly object[], index?: string) =>
  app.inject({ method: 'POST', url: '/v1/documents', payload: { ...(index === undefined ? {} : { index }), documents, wait: true } })

test('documents go in, come back and go', async (t) => {
  const { app, indexes, ledger } = await openApp(t)
  const response = await put(app, [
    { id: 'guide/a.md', content: '# A\n', title: 'A', uri: 'https://example.com/a', metadata: { product: 'api', tags: ['x'] } },
    { id: 'b', content: 'bad', media_type: 'text/plain' },
  ])
  assert.equal(response.statusCode, 200)
  assert.deepEqual(response.json(), {
    documents: [
      { id: 'guide/a.md', status: 'new', chunks: 1, error: null, warnings: [] },
      { id: 'b', status: 'failed', chunks: 0, error: { code: 'invalid_document', message: 'It is bad' }, warnings: [] },
    ],
    report: {
      documents: { new: 1, changed: 0, unchanged: 0, failed: 1 },
      chunks: 1,
      redundant_chunks: { exact: 0, near: 0, boilerplate: 0 },
      duplicate_chunks: 0,
      cached_chunks: 0,
      embedded_chunks: 1,
      embed_tokens: 10,
      cut_chunks: 0,
      stored_bytes: 100,
      revision: 1,
      ms: 1,
    },
  })
  assert.deepEqual(
    [ledger.rows[0]?.kind, ledger.rows[0]?.outcome, ledger.rows[0]?.embedTokens, ledger.rows[0]?.costUsd],
    ['ingest', 'some_failed', 10, 20 / 1e6 + 300 / 1e9],
  )

  const url = `/v1/documents/${encodeURIComponent('guide/a.md')}`
  const stored = {
    id: 'guide/a.md',
    title: 'A',
    uri: 'https://example.com/a',
    media_type: 'text/markdown',
    metadata: { product: 'api', tags: ['x'] },
    content_hash: 'h0',
    characters: 4,
  }
  assert.deepEqual((await app.inject(url)).json(), stored)
  assert.deepEqual((await app.inject('/v1/documents?index=default')).json(), { documents: [{ ...stored, chunks: 1 }], next: null })
  const text = await app.inject(`${url}/text`)
  assert.deepEqual([text.body, text.headers['content-type']], ['# A\n', 'text/plain; charset=utf-8'])
  assert.deepEqual((await app.inject({ method: 'DELETE', url })).json(), { deleted: 1, revision: 2 })
  for (const request of [{ method: 'DELETE', url }, { url }, { url: `${url}/text` }] as const) {
    const gone = await app.inject(request)
    assert.deepEqual([gone.statusCode, gone.json<{ code: string }>().code], [404, 'document_not_found'])
  }
  assert.deepEqual(
    [...indexes.stored.values()].map((index) => index.pinned),
    [0],
    'every reader was released',
  )
})

test('the default index comes into being with its first document; no other does', async (t) => {
  const { app, indexes } = await openApp(t)
  assert.equal((await put(app, [{ id: 'a', content: 'x' }], 'typo')).json<{ code: string }>().code, 'index_not_found')
  assert.equal((await app.inject('/v1/documents')).json<{ code: string }>().code, 'index_not_found')
  assert.equal((await put(app, [{ id: 'a', content: 'x' }])).statusCode, 200)
  assert.deepEqual(
    [...indexes.stored.values()].map((index) => index.declaration),
    [{ name: 'default', profile: 'fast', language: 'English', encodings: ['o200k_base'], fields: {}, unit: 'chunk' }],
  )
})

test('a list comes in pages that meet', async (t) => {
  const { app } = await openApp(t, { settings: { pageDocuments: 3 } })
  await put(
    app,
    ['e', 'd', 'c', 'b', 'a'].map((id) => ({ id, content: id })),
  )
  const pages = async (limit: number) => {
    const all: string[][] = []
    for (let after: string | null = ''; after !== null;) {
      const page: { documents: { id: string }[]; next: string | null } = (
        await app.inject(`/v1/documents?limit=${limit}${after === '' ? '' : `&after=${after}`}`)
      ).json()
      all.push(page.documents.map(({ id }) => id))
      after = page.next
    }
    return all
  }
  assert.deepEqual(await pages(1), [['a'], ['b'], ['c'], ['d'], ['e']])
  assert.deepEqual(await pages(2), [['a', 'b'], ['c', 'd'], ['e']])
  assert.deepEqual(await pages(3), [
    ['a', 'b', 'c'],
    ['d', 'e'],
  ])
  assert.equal(
    (await app.inject('/v1/documents')).json<{ documents: unknown[] }>().documents.length,
    3,
    'the default page is within its limit',
  )
  for (const limit of ['4', '0', '-1', '1e0', '1.0', ' 1', ''])
    assert.equal((await app.inject(`/v1/documents?limit=${encodeURIComponent(limit)}`)).statusCode, 400, limit)
})

test('any id can be stored and asked for', async (t) => {
  const { app } = await openApp(t)
  const id = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.constantFrom('a/b', '%2F', 'a%20b', '..%2f', '+', 'a+b', '?', '#', 'ü', '漢'.repeat(512), ':id', '*', 'batch', 'text'),
  )
  await fc.assert(
    fc.asyncProperty(
      id.filter((text) => text.isWellFormed() && !/[\p{Cc}]/u.test(text) && text !== '.' && text !== '..'),
      async (name) => {
        assert.equal((await put(app, [{ id: name, content: 'x' }])).statusCode, 200)
        const response = await app.inject(`/v1/documents/${encodeURIComponent(name)}`)
        assert.equal(response.statusCode, 200, response.body)
        assert.equal(response.json<{ id: string }>().id, name)
        assert.equal((await app.inject(`/v1/documents/${encodeURIComponent(name)}/text`)).body, 'x')
      },
    ),
    { numRuns: 200 },
  )
})

const limits = { inlineDocuments: 2, metadataKeys: 3, metadataDepth: 2, metadataBytes: 40 }
const fits = { id: 'x'.repeat(512), content: 'x'.repeat(10), metadata: { a: { b: 1, c: 2 } } }
const refused: readonly [string, readonly object[], string][] = [
  ['no documents', [], 'body.documents'],
  ['too many documents', [fits, { ...fits, id: 'b' }, { ...fits, id: 'c' }], 'body.documents'],
  ['no content', [{ id: 'a' }], 'body.documents.0.content'],
  ['an empty id', [{ ...fits, id: '' }], 'body.documents.0.id'],
  ['an id over its limit', [{ ...fits, id: 'x'.repeat(513) }], 'body.documents.0.id'],
  ['an id with a control character', [{ ...fits, id: 'a\nb' }], 'body.documents.0.id'],
  ['an id with a lone surrogate', [{ ...fits, id: 'a\udc00' }], 'body.documents.0.id'],
  ['a media type that is none', [{ ...fits, media_type: 'markdown' }], 'body.documents.0.media_type'],
  ['an unknown field', [{ ...fits, language: 'en' }], 'body.documents.0'],
  ['metadata with too many keys', [{ ...fits, metadata: { a: 1, b: 2, c: { d: 3 } } }], 'body.documents.0.metadata'],
  ['metadata nested too deeply', [{ ...fits, metadata: { a: { b: { c: 1 } } } }], 'body.documents.0.metadata'],
  ['metadata of too many bytes', [{ ...fits, metadata: { a: 'x'.repeat(40) } }], 'body.documents.0.metadata'],
  ['metadata with an infinite number', [{ ...fits, metadata: { a: 'INFINITE' } }], 'body.documents.0.metadata'],
]
test('bad documents are refused, with their place', async (t) => {
  const { app } = await openApp(t, { settings: limits })
  assert.equal((await put(app, [fits, { ...fits, id: 'b' }])).statusCode, 200, 'limits are inclusive')
  for (const [what, documents, path] of refused) {
    const payload = JSON.stringify({ documents, wait: true }).replace('"INFINITE"', '1e999')
    const response = await app.inject({ method: 'POST', url: '/v1/documents', payload, headers: { 'content-type': 'application/json' } })
    const problem = response.json<{ code: string; errors: { path: string }[] }>()
    assert.deepEqual([response.statusCode, problem.code, problem.errors[0]?.path], [400, 'invalid_request', path], what)
  }
})
