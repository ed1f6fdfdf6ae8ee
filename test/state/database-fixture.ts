import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { openControlDatabase, openDatabase, type ControlDatabase, type DatabaseSettings } from '../../src/state/database.ts'
import type { Database } from '../../src/state/schema.ts'

export const PGLITE: DatabaseSettings = { databaseUrl: null, poolSize: 4, connectMs: 2000, statementMs: 5000 }

export const systemClock: Clock = { now: () => performance.now(), wall: () => Date.now() }

/** A minute: far beyond what a test takes. */
export const limits = (ms = 60_000): Limits => ({ signal: new AbortController().signal, deadline: systemClock.now() + ms })

export async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ration-state-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Fails the test that did not expect to be warned. */
export const noWarning = (message: string): void => {
  throw new Error(`unexpected warning: ${message}`)
}

const sources = [
  'pglite.ts',
  'migrate.ts',
  'migrations/0001-api-keys.ts',
  'migrations/0002-usage-rows.ts',
  'migrations/0003-sessions.ts',
  'migrations/0004-jobs.ts',
  'migrations/0005-usage-storage.ts',
]

/** Changes whenever a new database would look different. */
function version(): string {
  const hash = createHash('sha256')
  const pglite = join(dirname(createRequire(import.meta.url).resolve('@electric-sql/pglite')), '..', 'package.json')
  hash.update(readFileSync(pglite))
  for (const source of sources) hash.update(readFileSync(new URL(`../../src/state/${source}`, import.meta.url)))
  return hash.digest('hex').slice(0, 16)
}

/** Creating a PGlite database takes 3 s and 550 MB, so one is made per machine and version and copied by every test. */
async function template(): Promise<string> {
  const place = join(tmpdir(), `ration-pglite-template-${version()}`)
  const making = `${place}.making`
  if (existsSync(place)) return place
  const isMaker = await mkdir(making).then(
    () => true,
    () => false,
  )
  if (!isMaker) {
    // Another test file makes it. Where that one was killed, nobody does, and this one makes its own.
    for (let waited = 0; waited < 30_000 && !existsSync(place); waited += 50) await sleep(50)
    if (existsSync(place)) return place
  }
  try {
    const draft = await mkdtemp(`${place}.draft-`)
    const database = await openDatabase(PGLITE, { directory: draft, clock: systemClock, warn: noWarning })
    await database.destroy()
    await rename(draft, place).catch(() => rm(draft, { recursive: true }))
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return place
}

/** A data directory with a new control database in it, found whole. */
export async function copyDatabase(directory: string): Promise<void> {
  const place = await template()
  for (const name of ['control', 'control.boot']) await cp(join(place, name), join(directory, name), { recursive: true })
}

export async function openTestDatabase(t: TestContext, directory: string): Promise<Database> {
  await copyDatabase(directory)
  const database = await openDatabase(PGLITE, { directory, clock: systemClock, warn: noWarning })
  t.after(() => database.destroy())
  return database
}

/** The same with the door for pg-boss. The caller closes it. */
export async function openTestControl(directory: string, warn: (message: string) => void = noWarning): Promise<ControlDatabase> {
  if (!existsSync(join(directory, 'control'))) await copyDatabase(directory)
  return openControlDatabase(PGLITE, { directory, clock: systemClock, warn })
}
