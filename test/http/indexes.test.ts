import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp } from './fixture.ts'

test('an index is declared once, listed, verified and deleted', async (t) => {
  const { app } = await openApp(t)
  const declare = (payload: object) => app.inject({ method: 'POST', url: '/v1/indexes', payload })
  const declaration = { name: 'docs', fields: { product: 'keyword', updated: 'date' }, language: 'German' }
  const created = await declare(declaration)
  assert.equal(created.statusCode, 201)
  const index = {
    name: 'docs',
    profile: 'fast',
    language: 'German',
    encodings: ['o200k_base'],
    fields: { product: 'keyword', updated: 'date' },
    unit: 'chunk',
    version: 'v1',
    revision: 0,
    content: 'c0',
    documents: 0,
    chunks: 0,
    bytes: 0,
    embedder: { name: 'static', fingerprint: 'f0', space: 's0', dimensions: 4 },
    created_at: '2026-01-01T00:00:00.000Z',
    calibration: null,
  }
  assert.deepEqual(created.json(), index)
  assert.equal((await declare(declaration)).statusCode, 200)
  assert.equal((await declare({ ...declaration, unit: 'document' })).json<{ code: string }>().code, 'index_exists')
  assert.deepEqual((await app.inject('/v1/indexes')).json(), { indexes: [index] })
  assert.deepEqual((await app.inject('/v1/indexes/docs')).json(), index)
  const verified = await app.inject({ method: 'POST', url: '/v1/indexes/docs/verify' })
  assert.deepEqual(verified.json(), { ok: true, checks: [{ name: 'counts', ok: true, checked: 0, problems: [] }] })
  assert.deepEqual((await app.inject({ method: 'DELETE', url: '/v1/indexes/docs' })).json(), { deleted: 'docs' })
  assert.equal((await app.inject('/v1/indexes/docs')).json<{ code: string }>().code, 'index_not_found')
})

test('a declaration outside of what is documented is refused', async (t) => {
  const { app } = await openApp(t, { settings: { indexFields: 2 } })
  const code = async (payload: object) => (await app.inject({ method: 'POST', url: '/v1/indexes', payload })).json<{ code?: string }>().code
  for (const bad of [
    { name: 'Docs' },
    { name: 'docs', fields: { 'a b': 'keyword' } },
    { name: 'docs', fields: { a: 'text' } },
    { name: 'docs', fields: { a: 'keyword', b: 'keyword', c: 'keyword' } },
    { name: 'docs', encodings: ['o200k_base', 'o200k_base'] },
    { name: 'docs', unit: 'page' },
    { name: 'docs', chunker: 'mine' },
  ]) {
    assert.equal(await code(bad), 'invalid_request', JSON.stringify(bad))
  }
  assert.equal(await code({ name: 'docs', profile: 'none' }), 'unknown_profile')
  assert.equal(await code({ name: 'docs', fields: { a: 'keyword', b: 'number' } }), undefined)
})
