import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/state/database.ts'
import { createSessionStore } from '../../src/state/sessions.ts'
import { SESSIONS, sessionKey, turnOf } from '../contract/session-store.ts'
import { copyDatabase, limits, noWarning, openTestDatabase, PGLITE, systemClock as clock, temporaryDirectory } from './database-fixture.ts'

test('what was recorded survives a killed process', { timeout: 60_000 }, async (t) => {
  const directory = await temporaryDirectory(t)
  await copyDatabase(directory)
  const child = spawn(process.execPath, [new URL('sessions-child.ts', import.meta.url).pathname, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of child.stdout) if (String(line).includes('recorded')) break
  child.kill('SIGKILL')
  await once(child, 'exit')
  const database = await openDatabase(PGLITE, { directory, clock, warn: noWarning })
  const store = createSessionStore(SESSIONS, { database, clock, warn: noWarning })
  const memory = await store.open(sessionKey(), limits())
  assert.deepEqual(memory, { tokensLimit: 900, tokensUsed: 100, turns: [turnOf('asked before the kill')] })
  await store.close()
  await database.destroy()
})

test('sessions of a PGlite database', async (t) => {
  const database = await openTestDatabase(t, await temporaryDirectory(t))
  const rows = async (table: string) =>
    Number((await sql<{ count: string }>`select count(*) from ration.${sql.ref(table)}`.execute(database)).rows[0]?.count)

  await t.test('expired sessions are deleted with their turns at the start', async () => {
    const wall = { at: Date.UTC(2026, 5, 1) }
    const ports = { database, clock: { now: () => clock.now(), wall: () => wall.at }, warn: noWarning }
    const first = createSessionStore(SESSIONS, ports)
    await first.record(sessionKey({ name: 'old' }), turnOf('one'), null, limits())
    wall.at += 1_800_000
    await first.record(sessionKey({ name: 'new' }), turnOf('one'), null, limits())
    await first.close()
    assert.deepEqual([await rows('sessions'), await rows('session_turns')], [2, 2])
    wall.at += 1_800_000
    await createSessionStore(SESSIONS, ports).close()
    assert.deepEqual([await rows('sessions'), await rows('session_turns')], [1, 1])
  })

  await t.test('a turn that cannot be written leaves no session behind', async () => {
    const store = createSessionStore(SESSIONS, { database, clock, warn: noWarning })
    await assert.rejects(store.record(sessionKey({ name: 'half' }), turnOf('one', { tokens: 2 ** 40 }), null, limits()))
    assert.equal(await store.open(sessionKey({ name: 'half' }), limits()), null)
    await store.close()
  })

  await t.test('a database that cannot be swept is warned of, and costs no request', async () => {
    const warnings: string[] = []
    await sql`alter table ration.sessions rename to elsewhere`.execute(database)
    await createSessionStore(SESSIONS, { database, clock, warn: (message) => warnings.push(message) }).close()
    await sql`alter table ration.elsewhere rename to sessions`.execute(database)
    assert.equal(warnings.length, 1)
  })
})
