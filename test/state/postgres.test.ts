import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/state/database.ts'
import { SERVER_INTAKE } from '../../src/state/intake.ts'
import { createKeyStore } from '../../src/state/keys.ts'
import type { Database } from '../../src/state/schema.ts'
import { createUsageLedger } from '../../src/state/usage.ts'
import { usageRow } from '../contract/usage-ledger.ts'
import type { TenantId } from '../../src/core/ids.ts'
import { limits, PGLITE, systemClock as clock } from './database-fixture.ts'
import { startPostgres } from './postgres-server.ts'
import { KEYS, USAGE } from './settings-fixture.ts'
import { stateContracts } from './suites.ts'

const server = await startPostgres()
if (server === null) test('the control state over a Postgres server', { skip: 'PostgreSQL is not installed (/usr/lib/postgresql)' })
else {
  const settings = { ...PGLITE, databaseUrl: server.url }
  const open = (change = {}, warn: (message: string) => void = () => undefined): Promise<Database> =>
    openDatabase({ ...settings, ...change }, { directory: '/nowhere', clock, warn })
  // Three processes of one fleet start at the same time.
  const [database, second, third] = await Promise.all([open(), open(), open()])
  after(async () => {
    await Promise.all([database.destroy(), second.destroy(), third.destroy()])
    await server.stop()
  })

  stateContracts('Postgres', database, false)

  test('Postgres: tables stand in a schema of their own', async () => {
    const tables = await database.introspection.getTables()
    assert.deepEqual(new Set(tables.map((table) => table.schema)), new Set(['ration']))
  })

  test('Postgres: a key that another process made works here, and one that it revoked stops within the cache time', async () => {
    let now = 0
    const here = createKeyStore({ ...KEYS, keyCacheMs: 100 }, { database, intake: SERVER_INTAKE, clock: { now: () => now, wall: () => 0 } })
    const there = createKeyStore(KEYS, { database: second, intake: SERVER_INTAKE, clock })
    const { key, secret } = await there.create({ tenant: 'acme' as TenantId, scopes: ['admin'], label: '' })
    assert.notEqual(await here.authenticate(secret), null)
    await there.revoke(key.id)
    now = 101
    assert.equal(await here.authenticate(secret), null)
  })

  test('Postgres: closed connections are news and not the end; rows wait for the server', async () => {
    const warnings: string[] = []
    const fleeting = await open({}, (message) => warnings.push(message))
    const ledger = createUsageLedger(USAGE, { database: fleeting, clock, warn: (message) => warnings.push(message) })
    await ledger.flush(limits())
    const others = sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ration' and pid <> pg_backend_pid()`
    await others.execute(database)
    const row = usageRow({ cohort: 'patient' })
    ledger.record(row)
    for (let tries = 0; tries < 5; tries++) await ledger.flush(limits()).catch(() => undefined)
    assert.equal((await ledger.diff(row.tenant, 'patient', 'patient', limits())).after.requests, 1)
    assert.equal(ledger.lost, 0)
    await ledger.close()
    await fleeting.destroy()
  })

  test('Postgres: a statement that takes too long, or a server that is not there, is `state_unavailable`', async () => {
    const hurried = await open({ statementMs: 100 })
    const store = createKeyStore(KEYS, { database: hurried, intake: SERVER_INTAKE, clock })
    await database.transaction().execute(async (transaction) => {
      await sql`lock table ration.api_keys in access exclusive mode`.execute(transaction)
      await assert.rejects(store.list(), { code: 'state_unavailable' })
    })
    assert.ok(Array.isArray(await store.list()))
    await hurried.destroy()
    for (const databaseUrl of ['postgres://ration:secret@127.0.0.1:1/none', 'postgres://ration@/postgres?host=/nowhere']) {
      await assert.rejects(
        open({ databaseUrl }),
        (error: Error) => 'code' in error && error.code === 'state_unavailable' && !error.message.includes('secret'),
      )
    }
  })

  test('Postgres: a database that a newer version has migrated is left alone', async () => {
    await sql`insert into ration.kysely_migration (name, timestamp) values ('9999_from_the_future', '2099')`.execute(database)
    await assert.rejects(open(), { code: 'state_damaged' })
    await sql`delete from ration.kysely_migration where name = '9999_from_the_future'`.execute(database)
    await (await open()).destroy()
  })
}
