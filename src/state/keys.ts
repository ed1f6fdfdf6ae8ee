import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { KeyStore } from '../core/ports/key-store.ts'
import type { Caller } from '../core/types.ts'
import { reach } from './database-error.ts'
import type { Intake } from './intake.ts'
import { insertKeys, keyCreated, keyOf, keyRevoked, keyRows, revokeKey } from './key-rows.ts'
import { hashOf, idOf, newSecret, sameHash } from './key-secret.ts'
import { Lru } from './lru.ts'
import type { ApiKeyTable, Database } from './schema.ts'

export interface KeySettings {
  readonly maxKeys: number
  readonly keyCacheEntries: number
  readonly keyCacheMs: number
}

interface CachedKey {
  readonly hash: string
  readonly caller: Caller
  readonly expires: number
}

/**
 * API keys in the control database. Every change is in the intake before it is in the database, so what was acknowledged survives
 * a power cut. `create` rejects `invalid_request` at `maxKeys` live keys.
 */
export function createKeyStore(
  settings: KeySettings,
  { database, intake, clock }: { readonly database: Database; readonly intake: Intake; readonly clock: Clock },
): KeyStore {
  const cache = new Lru<string, CachedKey>(settings.keyCacheEntries)
  /** Grows with every revocation: a lookup that began before one must not put what it read into the cache. */
  let revocations = 0

  const find = (id: string): Promise<ApiKeyTable | undefined> =>
    reach(database.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst())

  async function lookUp(id: string): Promise<CachedKey | null> {
    const cached = cache.get(id)
    if (cached !== undefined && cached.expires > clock.now()) return cached
    const seen = revocations
    const row = await find(id)
    if (row === undefined || row.revoked_at !== null) return null
    const { tenant, scopes } = keyOf(row)
    const entry = { hash: row.hash, caller: { tenant, scopes, key: id }, expires: clock.now() + settings.keyCacheMs }
    if (seen === revocations) cache.set(id, entry)
    return entry
  }

  async function refuseAtLimit(): Promise<void> {
    const live = database
      .selectFrom('api_keys')
      .select((row) => row.fn.countAll<string>().as('count'))
      .where('revoked_at', 'is', null)
    const { count } = await reach(live.executeTakeFirstOrThrow())
    if (Number(count) < settings.maxKeys) return
    throw new AppError('invalid_request', `There are ${settings.maxKeys} live keys; revoke one first`, { limit: settings.maxKeys })
  }

  return {
    async create({ tenant, scopes, label }) {
      await refuseAtLimit()
      const { id, secret } = newSecret()
      const row = {
        id,
        tenant,
        scopes: scopes.join(' '),
        label,
        hash: hashOf(secret),
        created_at: new Date(clock.wall()),
        revoked_at: null,
      }
      await intake.append(keyCreated(row))
      await reach(insertKeys(database, [row]))
      return { key: keyOf(row), secret }
    },

    async list() {
      return (await reach(keyRows(database, settings.maxKeys))).map(keyOf)
    },

    async revoke(id) {
      const row = await find(id)
      if (row === undefined) throw new AppError('key_not_found', `There is no API key ${id}`, { id })
      if (row.revoked_at !== null) return keyOf(row)
      const at = new Date(clock.wall())
      await intake.append(keyRevoked(id, at))
      try {
        await reach(revokeKey(database, id, at))
      } finally {
        revocations += 1
        cache.delete(id)
      }
      return keyOf({ ...row, revoked_at: at })
    },

    async authenticate(secret) {
      const id = idOf(secret)
      if (id === null) return null
      const key = await lookUp(id)
      return key !== null && sameHash(key.hash, hashOf(secret)) ? key.caller : null
    },
  }
}
