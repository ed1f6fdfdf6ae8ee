import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { TenantId } from '../../src/core/ids.ts'
import { createUsageLedger } from '../../src/state/usage.ts'
import { usageRow } from '../contract/usage-ledger.ts'
import { limits, noWarning, openTestDatabase, systemClock as clock, temporaryDirectory } from './database-fixture.ts'
import { USAGE } from './settings-fixture.ts'

const DAY = 86_400_000
const all = { tenant: 'acme' as TenantId, by: [], from: null, to: null }

test('the ledger of a PGlite database', async (t) => {
  const database = await openTestDatabase(t, await temporaryDirectory(t))
  const booked = async () => Number((await sql<{ count: string }>`select count(*) from ration.usage_rows`.execute(database)).rows[0]?.count)
  const empty = () => database.deleteFrom('usage_rows').execute()
  /** Polls, since these tests wait for a timer that nobody can flush. */
  const until = async (rows: number) => {
    while ((await booked()) < rows) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  await t.test('rows are written without being asked, by time or by number', { timeout: 30_000 }, async () => {
    const timed = createUsageLedger({ ...USAGE, flushMs: 10 }, { database, clock, warn: noWarning })
    timed.record(usageRow())
    await until(1)
    timed.record(usageRow())
    await until(2)
    await timed.close()
    await empty()
    const counted = createUsageLedger({ ...USAGE, flushMs: 3_600_000, batchRows: 5 }, { database, clock, warn: noWarning })
    for (let row = 0; row < 5; row++) counted.record(usageRow())
    await until(5)
    await counted.close()
    await empty()
  })

  await t.test('close writes what waits; what comes later is lost and says so', async () => {
    const ledger = createUsageLedger(USAGE, { database, clock, warn: noWarning })
    ledger.record(usageRow())
    await ledger.close()
    await ledger.close()
    assert.equal(await booked(), 1)
    ledger.record(usageRow())
    assert.equal(ledger.lost, 1)
    await empty()
  })

  await t.test(
    'a database that fails costs no request anything: rows wait up to the bound, the rest are counted',
    { timeout: 30_000 },
    async () => {
      const warnings: string[] = []
      const ledger = createUsageLedger(
        { ...USAGE, flushMs: 5, bufferRows: 100, batchRows: 30 },
        { database, clock, warn: (message) => warnings.push(message) },
      )
      await sql`alter table ration.usage_rows rename to elsewhere`.execute(database)
      for (let row = 0; row < 130; row++) ledger.record(usageRow())
      assert.equal(ledger.lost, 30)
      await assert.rejects(ledger.flush(limits()))
      while (warnings.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await sql`alter table ration.elsewhere rename to usage_rows`.execute(database)
      await until(100)
      assert.equal(ledger.lost, 30)
      assert.equal(warnings.length, 1, 'it says once that the database fails')
      await ledger.close()
      await empty()
    },
  )

  await t.test('rows that cannot be written at the end are counted as lost', async () => {
    const warnings: string[] = []
    const ledger = createUsageLedger(USAGE, { database, clock, warn: (message) => warnings.push(message) })
    ledger.record(usageRow())
    await sql`alter table ration.usage_rows rename to elsewhere`.execute(database)
    await ledger.close()
    await sql`alter table ration.elsewhere rename to usage_rows`.execute(database)
    assert.equal(ledger.lost, 1)
    assert.ok(warnings.length > 0)
  })

  await t.test('rows older than keep_days go at the start', async () => {
    const now = Date.UTC(2026, 5, 1)
    const ports = { database, clock: { now: () => clock.now(), wall: () => now }, warn: noWarning }
    const first = createUsageLedger({ ...USAGE, keepDays: 30 }, ports)
    await first.flush(limits())
    for (const age of [0, 29, 31, 400]) first.record(usageRow({ at: now - age * DAY }))
    await first.close()
    assert.equal(await booked(), 4)
    const second = createUsageLedger({ ...USAGE, keepDays: 30 }, ports)
    await second.flush(limits())
    assert.equal(await booked(), 2)
    await second.close()
    await empty()
  })

  await t.test('a sum of too many groups is refused', async () => {
    const ledger = createUsageLedger({ ...USAGE, sumGroups: 3 }, { database, clock, warn: noWarning })
    for (const feature of ['a', 'b', 'c', 'd']) ledger.record(usageRow({ feature }))
    await ledger.flush(limits())
    await assert.rejects(ledger.sum({ ...all, by: ['feature'] }, limits()), { code: 'invalid_request' })
    assert.equal((await ledger.sum(all, limits()))[0]?.requests, 4)
    await ledger.close()
  })
})
