import { openDatabase } from '../../src/state/database.ts'
import { createSessionStore } from '../../src/state/sessions.ts'
import { SESSIONS, sessionKey, turnOf } from '../contract/session-store.ts'
import { limits, noWarning, PGLITE, systemClock as clock } from './database-fixture.ts'

/** Records a turn, says so, and waits to be killed. */
const database = await openDatabase(PGLITE, { directory: String(process.argv[2]), clock, warn: noWarning })
const store = createSessionStore(SESSIONS, { database, clock, warn: noWarning })
await store.record(sessionKey(), turnOf('asked before the kill'), 900, limits())
console.log('recorded')
setInterval(() => undefined, 60_000)
