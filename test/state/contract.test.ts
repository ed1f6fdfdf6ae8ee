import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openDatabase } from '../../src/state/database.ts'
import { copyDatabase, noWarning, PGLITE, systemClock as clock } from './database-fixture.ts'
import { stateContracts } from './suites.ts'

const directory = await mkdtemp(join(tmpdir(), 'ration-state-'))
await copyDatabase(directory)
const database = await openDatabase(PGLITE, { directory, clock, warn: noWarning })
after(async () => {
  await database.destroy()
  await rm(directory, { recursive: true })
})

stateContracts('PGlite', database, true)
