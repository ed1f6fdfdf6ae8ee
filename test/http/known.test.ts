import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp, type TestApp } from './fixture.ts'

const post = (app: TestApp['app'], url: string, payload: unknown) => app.inject({ method: 'POST', url, payload: payload as object })
const HASH = '0123456789abcdef01234567'

async function opened(t: Parameters<typeof openApp>[0], settings = {}) {
  const opened = await openApp(t, { settings })
  const documents = ['a', 'b', 'c'].map((id) => ({ id, content: id }))
  await post(opened.app, '/v1/documents', { documents, wait: true })
  return opened
}

test('says of each document, in order, what it would be', async (t) => {
  const { app } = await opened(t)
  const documents = ['x', 'b', 'y'].map((id) => ({ id, source_hash: HASH }))
  assert.deepEqual((await post(app, '/v1/documents/known', { documents })).json(), { statuses: ['new', 'changed', 'new'] })
  assert.deepEqual((await post(app, '/v1/documents/known', { documents: [] })).json(), { statuses: [] })
  assert.equal((await post(app, '/v1/documents/known', { index: 'none', documents })).json<{ code: string }>().code, 'index_not_found')
})

test('removes many at once and passes over what is not there', async (t) => {
  const { app } = await opened(t)
  const answer = await post(app, '/v1/documents/delete', { ids: ['a', 'c', 'x'] })
  assert.equal(answer.json<{ deleted: number }>().deleted, 2)
  const { documents } = (await app.inject('/v1/documents')).json<{ documents: { id: string }[] }>()
  assert.deepEqual(
    documents.map(({ id }) => id),
    ['b'],
  )
})

test('neither takes more than so many, nor what is no hash or id', async (t) => {
  const { app } = await opened(t, { namedDocuments: 2 })
  const three = ['a', 'b', 'c']
  const refused: readonly (readonly [route: string, body: unknown])[] = [
    ['known', { documents: three.map((id) => ({ id, source_hash: HASH })) }],
    ['known', { documents: [{ id: 'a', source_hash: 'x' }] }],
    ['known', { documents: [{ id: 'a' }] }],
    ['delete', { ids: three }],
    ['delete', { ids: ['a\n'] }],
    ['delete', {}],
  ]
  for (const [route, body] of refused) {
    const answer = await post(app, `/v1/documents/${route}`, body)
    assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [400, 'invalid_request'], JSON.stringify(body))
  }
})

test('a dry run of a batch answers like the batch and changes nothing, not even by creating the index', async (t) => {
  const { app, indexes, ledger } = await opened(t)
  const before = ledger.rows.length
  const payload = [
    { id: 'a', content: 'a' },
    { id: 'b', content: 'other' },
    { id: 'new', content: 'n' },
  ]
    .map((line) => JSON.stringify(line))
    .join('\n')
  const send = (query: string) =>
    app.inject({ method: 'POST', url: `/v1/documents/batch?${query}`, headers: { 'content-type': 'application/x-ndjson' }, payload })
  const lines = (await send('dry_run=true')).body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { status?: string; documents?: unknown })
  assert.deepEqual(
    lines.map(({ status, documents }) => status ?? documents),
    ['unchanged', 'changed', 'new', { new: 1, changed: 1, unchanged: 1, failed: 0 }],
  )
  assert.equal((await app.inject('/v1/documents')).json<{ documents: unknown[] }>().documents.length, 3)
  assert.equal(ledger.rows.length, before)
  assert.match((await send('dry_run=true&index=none&unit=document')).body, /"new":3/u)
  assert.deepEqual([...indexes.stored.keys()], ['default/default'])
  assert.equal((await send('dry_run=maybe')).statusCode, 400)
})
