import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { openDatabase } from '../../src/state/database.ts'
import { openPGlite } from '../../src/state/pglite.ts'
import {
  copyDatabase,
  noWarning,
  openTestControl,
  openTestDatabase,
  PGLITE,
  systemClock as clock,
  temporaryDirectory,
} from './database-fixture.ts'

const row = { id: 'a', tenant: 't', scopes: 'admin', label: '', hash: '', created_at: new Date(0), revoked_at: null }

test('a creation that was killed is started over', async (t) => {
  const directory = await temporaryDirectory(t)
  mkdirSync(join(directory, 'control.new', 'base'), { recursive: true })
  writeFileSync(join(directory, 'control.new', 'PG_VERSION'), '18\n')
  const database = await openDatabase(PGLITE, { directory, clock, warn: noWarning })
  await database.insertInto('api_keys').values(row).execute()
  await database.destroy()
  assert.deepEqual(readdirSync(directory).sort(), ['control', 'control.boot'])
  assert.equal(statSync(join(directory, 'control')).mode & 0o077, 0, 'nobody else can look inside')
  const reopened = await openDatabase(PGLITE, { directory, clock, warn: noWarning })
  assert.deepEqual(await reopened.selectFrom('api_keys').selectAll().execute(), [row])
  await reopened.destroy()
})

test('a database that a power cut damaged is moved aside, not deleted, and a new one takes its place', async (t) => {
  const directory = await temporaryDirectory(t)
  await copyDatabase(directory)
  truncateSync(join(directory, 'control', 'global', 'pg_control'), 0)
  const warnings: string[] = []
  const database = await openDatabase(PGLITE, { directory, clock: { ...clock, wall: () => 42 }, warn: (message) => warnings.push(message) })
  assert.deepEqual(await database.selectFrom('api_keys').selectAll().execute(), [])
  await database.destroy()
  assert.deepEqual(readdirSync(directory).sort(), ['control', 'control.boot', 'control.damaged-42'])
  assert.equal(warnings.length, 1)
})

/** Files of a table that can be filled again, one that cannot, and an index. */
async function filesOf(directory: string): Promise<readonly string[]> {
  const { database, statements } = await openTestControl(directory)
  await database.insertInto('api_keys').values(row).execute()
  const { rows } = (await statements.executeSql(
    "select pg_relation_filepath(oid) as path from pg_class where relnamespace = 'ration'::regnamespace and relname in ('api_keys', 'api_keys_pkey', 'kysely_migration')",
  )) as { readonly rows: readonly { readonly path: string }[] }
  await database.destroy()
  return rows.map(({ path }) => path)
}

test('a table or an index that a power cut emptied is noticed at the first start of the machine', async (t) => {
  const directory = await temporaryDirectory(t)
  for (const path of await filesOf(directory)) {
    const copy = await temporaryDirectory(t)
    cpSync(directory, copy, { recursive: true })
    // Another start of the machine.
    writeFileSync(join(copy, 'control.boot'), 'before')
    truncateSync(join(copy, 'control', path), 0)
    const warnings: string[] = []
    const database = await openDatabase(PGLITE, { directory: copy, clock, warn: (message) => warnings.push(message) })
    await database
      .insertInto('api_keys')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
    assert.equal((await database.selectFrom('api_keys').selectAll().where('id', '=', row.id).execute()).length, 1, path)
    await database.destroy()
    assert.ok(warnings.length <= 1)
    // Whole, or made anew: no second look.
    await (await openDatabase(PGLITE, { directory: copy, clock, warn: noWarning })).destroy()
  }
})

test('statements take turns: what runs beside a transaction is not part of it', async (t) => {
  const database = await openTestDatabase(t, await temporaryDirectory(t))
  const { promise: inside, resolve: begun } = Promise.withResolvers<undefined>()
  const transaction = database.transaction().execute(async (transaction) => {
    begun(undefined)
    await transaction.insertInto('api_keys').values(row).execute()
    await new Promise((resolve) => setTimeout(resolve, 20))
    throw new Error('rolled back')
  })
  const failed = assert.rejects(transaction, /rolled back/)
  await inside
  await database
    .insertInto('api_keys')
    .values({ ...row, id: 'b' })
    .execute()
  await failed
  assert.deepEqual(await database.selectFrom('api_keys').select('id').execute(), [{ id: 'b' }])
})

test('where no new database opens either, the old one stays where it was and the first error stands', async (t) => {
  const directory = await temporaryDirectory(t)
  mkdirSync(join(directory, 'control'))
  writeFileSync(join(directory, 'control', 'PG_VERSION'), 'precious')
  const outOfMemory = (place: string) => Promise.reject(new Error(`no memory for ${basename(place)}`))
  await assert.rejects(openPGlite({ directory, clock, warn: noWarning, prove: () => Promise.resolve() }, outOfMemory), {
    message: 'no memory for control',
  })
  assert.equal(readFileSync(join(directory, 'control', 'PG_VERSION'), 'utf8'), 'precious')
  assert.ok(!readdirSync(directory).some((name) => name.includes('damaged')))
})
