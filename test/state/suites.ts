import type { TestContext } from 'node:test'
import { SERVER_INTAKE, openIntake } from '../../src/state/intake.ts'
import { createKeyStore } from '../../src/state/keys.ts'
import type { Database } from '../../src/state/schema.ts'
import { createSessionStore } from '../../src/state/sessions.ts'
import { createUsageLedger } from '../../src/state/usage.ts'
import { keyStoreContract } from '../contract/key-store.ts'
import { sessionStoreContract, type SessionStoreFixture } from '../contract/session-store.ts'
import { usageLedgerContract } from '../contract/usage-ledger.ts'
import { limits, noWarning, systemClock as clock, temporaryDirectory } from './database-fixture.ts'
import { KEYS, USAGE } from './settings-fixture.ts'

/** Runs the contracts over one database, emptied before each test; opening one for each would take most of the time. */
export function stateContracts(name: string, database: Database, withIntake: boolean): void {
  const empty = async () => {
    await database.deleteFrom('api_keys').execute()
    await database.deleteFrom('usage_rows').execute()
    await database.deleteFrom('sessions').execute()
  }
  const openStore = async (t: TestContext) => {
    await empty()
    const intake = withIntake ? await openIntake(await temporaryDirectory(t), noWarning) : SERVER_INTAKE
    t.after(() => intake.close())
    return createKeyStore(KEYS, { database, intake, clock })
  }
  const openLedger = async (t: TestContext) => {
    await empty()
    const ledger = createUsageLedger(USAGE, { database, clock, warn: () => undefined })
    t.after(() => ledger.close())
    return ledger
  }
  const openSessions: SessionStoreFixture['open'] = async (t, settings, wall) => {
    await empty()
    const ports = { database, clock: { now: () => clock.now(), wall: () => wall.at }, warn: () => undefined }
    const store = createSessionStore(settings, ports)
    t.after(() => store.close())
    return store
  }
  keyStoreContract(name, openStore)
  usageLedgerContract(name, openLedger, limits)
  sessionStoreContract(name, { open: openSessions, limits })
}
