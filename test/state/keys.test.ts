import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import type { TenantId } from '../../src/core/ids.ts'
import type { KeyStore } from '../../src/core/ports/key-store.ts'
import { withBootstrapKey } from '../../src/state/bootstrap-key.ts'
import { openDatabase } from '../../src/state/database.ts'
import { createKeyStore, type KeySettings } from '../../src/state/keys.ts'
import { recoverIntake } from '../../src/state/recover.ts'
import { SERVER_INTAKE } from '../../src/state/intake.ts'
import { copyDatabase, noWarning, openTestDatabase, PGLITE, systemClock as clock, temporaryDirectory } from './database-fixture.ts'
import { KEYS } from './settings-fixture.ts'

const ACME = 'acme' as TenantId
const wanted = { tenant: ACME, scopes: ['retrieve'], label: '' } as const

interface Opened {
  readonly store: KeyStore
  close(): Promise<void>
}

async function openStore(directory: string, intakeBytes = 1e6, settings: KeySettings = KEYS): Promise<Opened> {
  const database = await openDatabase(PGLITE, { directory, clock, warn: noWarning })
  const intake = await recoverIntake(
    { databaseUrl: null, intakeBytes, maxKeys: settings.maxKeys },
    { directory, database, warn: noWarning },
  )
  return {
    store: createKeyStore(settings, { database, intake, clock }),
    async close() {
      await intake.close()
      await database.destroy()
    },
  }
}

/** The database of before the power cut: none, and a new one in its place. */
async function loseDatabase(directory: string): Promise<void> {
  rmSync(join(directory, 'control'), { recursive: true })
  await copyDatabase(directory)
}

/** Runs keys-child.ts until it has acknowledged `lines` changes, then kills it; returns what it had acknowledged. */
async function killAfter(directory: string, lines: number): Promise<Map<string, string>> {
  const child = spawn(process.execPath, [new URL('./keys-child.ts', import.meta.url).pathname, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const acknowledged = new Map<string, string>()
  let count = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [fate = '', secret = ''] = line.split(' ')
    acknowledged.set(secret, fate)
    if (++count === lines) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  assert.equal(child.signalCode, 'SIGKILL')
  return acknowledged
}

async function check(store: KeyStore, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  for (const [secret, fate] of [...acknowledged].slice(0, -1))
    assert.equal((await store.authenticate(secret)) !== null, fate === 'live', fate)
  // The last acknowledged key may have been revoked in the moment of the kill, before it could say so.
  const [last] = [...acknowledged].slice(-1)
  if (last?.[1] === 'revoked') assert.equal(await store.authenticate(last[0]), null)
}

test('kill -9: what was acknowledged holds after reopening, also without the database', { timeout: 60_000 }, async (t) => {
  const directory = await temporaryDirectory(t)
  await copyDatabase(directory)
  const acknowledged = new Map([...(await killAfter(directory, 30)), ...(await killAfter(directory, 45))])
  assert.ok(acknowledged.size > 50)
  const reopened = await openStore(directory)
  await check(reopened.store, acknowledged)
  const listed = await reopened.store.list()
  await reopened.close()
  await loseDatabase(directory)
  const restored = await openStore(directory)
  await check(restored.store, acknowledged)
  assert.deepEqual(await restored.store.list(), listed)
  await restored.close()
})

test('an intake over its limit is rewritten at the start, and still brings every key back', async (t) => {
  const directory = await temporaryDirectory(t)
  await copyDatabase(directory)
  const settings = { ...KEYS, maxKeys: 5 }
  const first = await openStore(directory, 1e6, settings)
  const live = await Promise.all([1, 2].map(() => first.store.create(wanted)))
  const revoked: string[] = []
  for (let round = 0; round < 20; round++) {
    const { key, secret } = await first.store.create(wanted)
    await first.store.revoke(key.id)
    revoked.push(secret)
  }
  await first.close()
  const size = () => statSync(join(directory, 'intake.jsonl')).size
  const before = size()
  const second = await openStore(directory, 4096, settings)
  assert.ok(size() < before / 4, `${before} bytes became ${size()}`)
  await second.close()
  await loseDatabase(directory)
  const third = await openStore(directory, 4096, settings)
  for (const { secret } of live) assert.notEqual(await third.store.authenticate(secret), null)
  for (const secret of revoked) assert.equal(await third.store.authenticate(secret), null)
  assert.equal((await third.store.list()).length, 2 + settings.maxKeys, 'live keys and as many revoked ones as are kept')
  await third.close()
})

test('one store, within its limits', async (t) => {
  const database = await openTestDatabase(t, await temporaryDirectory(t))
  const storeOf = (settings: Partial<KeySettings>) => createKeyStore({ ...KEYS, ...settings }, { database, intake: SERVER_INTAKE, clock })
  t.beforeEach(() => database.deleteFrom('api_keys').execute())

  await t.test('live keys are limited, revoked ones make room, and the list is bounded', async () => {
    const store = storeOf({ maxKeys: 3 })
    const made = [await store.create(wanted), await store.create(wanted), await store.create(wanted)]
    await assert.rejects(store.create(wanted), { code: 'invalid_request' })
    for (let round = 0; round < 6; round++) {
      await store.revoke(made.at(-1)?.key.id ?? '')
      made.push(await store.create(wanted))
    }
    assert.equal((await store.list()).length, 6)
  })

  await t.test('more keys than the cache holds all authenticate', async () => {
    const store = storeOf({ keyCacheEntries: 2 })
    const made = [await store.create(wanted), await store.create(wanted), await store.create(wanted)]
    for (let round = 0; round < 3; round++)
      for (const { key, secret } of made) assert.equal((await store.authenticate(secret))?.key, key.id)
  })

  await t.test('the bootstrap key acts as its tenant with every scope, beside the others', async () => {
    const inner = storeOf({})
    const secret = 'correct-horse-battery-staple'
    const store = withBootstrapKey(inner, { secret, tenant: ACME })
    assert.deepEqual(await store.authenticate(secret), { tenant: ACME, scopes: ['retrieve', 'ingest', 'admin'], key: 'bootstrap' })
    assert.equal(await store.authenticate(`${secret}r`), null)
    assert.equal(await store.authenticate(secret.slice(1)), null)
    const { key, secret: other } = await store.create(wanted)
    assert.equal((await store.authenticate(other))?.key, key.id)
    assert.deepEqual(await store.list(), [key])
    await store.revoke(key.id)
    assert.equal(await store.authenticate(other), null)
    assert.throws(() => withBootstrapKey(inner, { secret: 'x'.repeat(23), tenant: ACME }), { code: 'invalid_config' })
  })
})
