import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobId, TenantId } from '../../src/core/ids.ts'
import { openControlDatabase } from '../../src/state/database.ts'
import { createJobQueue } from '../../src/state/jobs/job-queue.ts'
import { createKeyStore } from '../../src/state/keys.ts'
import { recoverIntake } from '../../src/state/recover.ts'
import { random } from '../kill/content.ts'
import { PGLITE, copyDatabase, limits, systemClock as clock, temporaryDirectory } from '../state/database-fixture.ts'
import { ACME, ended, JOBS, settling, submission } from '../state/jobs/fixture.ts'
import { KEYS } from '../state/settings-fixture.ts'
import { Disk, type Fate } from './disk.ts'

const CUTS = Number(process.env['RATION_POWER_STATE_CUTS'] ?? 6)
const SEED = Number(process.env['RATION_POWER_SEED'] ?? Math.floor(Math.random() * 1_000_000))
const CUTS_OF_A_LIFE = 3
const FATES: readonly Fate[] = ['anything', 'nothing', 'anything', 'everything']

/** What was acknowledged by a moment. A key that is being revoked is neither. */
interface Acknowledged {
  readonly keys: Map<string, 'live' | 'revoking' | 'revoked'>
  /** Documents by job. */
  readonly jobs: Map<JobId, readonly string[]>
  readonly settled: Set<string>
}

/** Keys and jobs over a data directory, opened as the service does it. */
async function open(directory: string, settled: Set<string>) {
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const control = await openControlDatabase(PGLITE, { directory, clock, warn })
  const { database } = control
  const intake = await recoverIntake({ databaseUrl: null, intakeBytes: 1_000_000, maxKeys: KEYS.maxKeys }, { directory, database, warn })
  const keys = createKeyStore(KEYS, { database, intake, clock })
  const work = settling(async (id) => {
    await sleep(3)
    settled.add(id)
  })
  const queue = await createJobQueue(JOBS, { ...control, directory, clock, warn, work })
  const close = async () => {
    await queue.close()
    await intake.close()
    await database.destroy()
  }
  return { keys, queue, warnings, close }
}

type Opened = Awaited<ReturnType<typeof open>>

/** Makes and revokes keys and submits jobs until it is told to stop. */
async function write({ keys, queue }: Opened, told: Acknowledged, next: () => number, state: { going: boolean }): Promise<void> {
  for (let n = 0; state.going; n++) {
    const kind = next()
    const live = [...told.keys].find(([, key]) => key === 'live')
    if (kind < 0.25) {
      const { secret } = await keys.create({ tenant: ACME, scopes: ['retrieve'], label: `${n}` })
      told.keys.set(secret, 'live')
    } else if (kind < 0.4 && live !== undefined) {
      const [secret] = live
      told.keys.set(secret, 'revoking')
      const caller = await keys.authenticate(secret)
      await keys.revoke(caller?.key ?? '')
      told.keys.set(secret, 'revoked')
    } else {
      const ids = Array.from({ length: 1 + Math.floor(next() * 4) }, (_, part) => `${told.jobs.size}-${part}`)
      const job = await queue.submit(submission(ids, { tenant: (next() < 0.5 ? 'acme' : 'other') as TenantId }), limits())
      told.jobs.set(job.id, ids)
    }
  }
}

/** Opens a data directory, writes until `during` is over, and closes it in order. */
async function live(directory: string, told: Acknowledged, next: () => number, during: () => Promise<unknown>): Promise<void> {
  const opened = await open(directory, told.settled)
  const state = { going: true }
  const writing = write(opened, told, next, state)
  await during()
  state.going = false
  await writing
  await opened.close()
}

async function checkCut(directory: string, told: Acknowledged, seed: string): Promise<readonly string[]> {
  // The machine was started anew.
  await writeFile(path.join(directory, 'control.boot'), 'before')
  const opened = await open(directory, told.settled)
  const { keys, queue, warnings } = opened
  try {
    for (const [secret, key] of told.keys) {
      const isLive = (await keys.authenticate(secret)) !== null
      if (key !== 'revoking') assert.equal(isLive, key === 'live', `${seed}: a key that was ${key} ${warnings.join(' ')}`)
    }
    for (const [id, ids] of told.jobs) {
      const found = await Promise.any((['acme', 'other'] as TenantId[]).map((tenant) => queue.status(tenant, id)))
      const { state, counts } = await ended(queue, found)
      assert.deepEqual([state, counts.new], ['done', ids.length], `${seed}: ${id} ${warnings.join(' ')}`)
      for (const document of ids) assert.ok(told.settled.has(document), `${seed}: ${document} of ${id} was not done`)
    }
    // What was opened takes more.
    const job = await queue.submit(submission(['after']), limits())
    assert.equal((await ended(queue, job)).state, 'done', seed)
    await keys.create({ tenant: ACME, scopes: ['retrieve'], label: 'after' })
    return warnings
  } finally {
    await opened.close()
  }
}

test(`${CUTS} power cuts at random moments: keys and jobs that were acknowledged are there, whatever became of the database`, async (context) => {
  const next = random(SEED)
  const home = await temporaryDirectory(context)
  const cuts: { readonly directory: string; readonly told: Acknowledged }[] = []
  for (let run = 0; cuts.length < CUTS; run++) {
    const directory = path.join(await temporaryDirectory(context), 'data')
    await copyDatabase(directory)
    const told: Acknowledged = { keys: new Map(), jobs: new Map(), settled: new Set() }
    // Every other life had one before, whose files are all on disk.
    if (run % 2 === 1) await live(directory, told, random(SEED + run), () => sleep(300))
    const watched = await Disk.watch(directory)
    await live(directory, told, random(SEED - run), async () => {
      for (let count = 0; count < CUTS_OF_A_LIFE && cuts.length < CUTS; count++) {
        await sleep(next() * 300)
        const image = path.join(home, `cut${cuts.length}`)
        // One turn of the event loop: what is acknowledged after the cut stands in no copy.
        watched.disk.cut(image, FATES[cuts.length % FATES.length] ?? 'anything', next)
        cuts.push({ directory: image, told: { keys: new Map(told.keys), jobs: new Map(told.jobs), settled: new Set(told.settled) } })
      }
    })
    watched.stop()
  }
  const damaged = { databases: 0 }
  for (const [index, { directory, told }] of cuts.entries()) {
    const warnings = await checkCut(directory, told, `seed ${SEED}, cut ${index}`)
    if (warnings.some((warning) => warning.includes('did not open'))) damaged.databases += 1
  }
  const [keys, jobs] = [cuts.at(-1)?.told.keys.size, cuts.at(-1)?.told.jobs.size]
  context.diagnostic(
    `${cuts.length} cuts, of which ${damaged.databases} damaged the database; at the last one ${keys} keys and ${jobs} jobs`,
  )
})
