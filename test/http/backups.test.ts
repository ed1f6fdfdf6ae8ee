import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp } from './fixture.ts'
import { collect, from, never, openSocket } from './socket-fixture.ts'

const PATH = '/v1/backups'

test('the owner of the data directory chooses where a backup goes', async (t) => {
  const { api } = await openSocket(t)
  const lines = await collect(api.stream(PATH, from([{ place: '/mnt/backups' }]), never))
  const counts = { files: 2, bytes: 30, copied_files: 1, copied_bytes: 10 }
  assert.deepEqual(lines, [
    { type: 'progress', ...counts },
    { type: 'backup', id: '/mnt/backups', created_at: '2026-11-21T00:00:00.000Z', ...counts, left_out: [] },
  ])
  for (const none of [[], [{}], [{ place: null }]]) {
    assert.equal((await collect(api.stream(PATH, from(none), never))).at(-1)?.['id'], 'configured')
  }
  for (const wrong of [{ place: '' }, { place: 7 }, { to: 'x' }]) {
    await assert.rejects(collect(api.stream(PATH, from([wrong]), never)), { code: 'invalid_request' })
  }
})

test('nobody else does', async (t) => {
  const { app } = await openApp(t)
  const post = (payload: string) => app.inject({ method: 'POST', url: PATH, headers: { 'content-type': 'application/x-ndjson' }, payload })
  const refused = await post('{"place":"/home/somebody"}')
  assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [403, 'forbidden'])
  assert.match((await post('')).body, /"id":"configured"/)
})

test('a repair says what it did', async (t) => {
  const { app } = await openApp(t)
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/v1/indexes/docs/repair' })
  const verification = { ok: true, checks: [{ name: 'ids', ok: true, checked: 1, problems: [] }] }
  assert.deepEqual([statusCode, JSON.parse(body)], [200, { rebuilt: [], dropped: [], orphans: 0, indexes: [], verification }])
})
