import { openDatabase } from '../../src/state/database.ts'
import { createKeyStore } from '../../src/state/keys.ts'
import { recoverIntake } from '../../src/state/recover.ts'
import type { TenantId } from '../../src/core/ids.ts'
import { noWarning, PGLITE, systemClock as clock } from './database-fixture.ts'
import { KEYS } from './settings-fixture.ts'

// Makes keys, and revokes every third, until it is killed; prints each as soon as it is acknowledged.
const [directory = ''] = process.argv.slice(2)
const database = await openDatabase(PGLITE, { directory, clock, warn: noWarning })
const intake = await recoverIntake({ databaseUrl: null, intakeBytes: 1e6, maxKeys: 1000 }, { directory, database, warn: noWarning })
const store = createKeyStore(KEYS, { database, intake, clock })
for (let made = 0; ; made++) {
  const { key, secret } = await store.create({ tenant: 'acme' as TenantId, scopes: ['retrieve'], label: '' })
  console.log(`live ${secret}`)
  if (made % 3 !== 0) continue
  await store.revoke(key.id)
  console.log(`revoked ${secret}`)
}
