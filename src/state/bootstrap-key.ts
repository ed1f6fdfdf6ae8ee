import { AppError } from '../core/errors.ts'
import type { TenantId } from '../core/ids.ts'
import type { KeyStore } from '../core/ports/key-store.ts'
import { hashOf, sameHash } from './key-secret.ts'

const MIN_CHARACTERS = 24

/**
 * `store` with one more key, that of the configuration: it acts as `tenant` with every scope, stands in no table and cannot be revoked
 * but by changing the configuration. Rejects `invalid_config` where it is short enough to be guessed.
 */
export function withBootstrapKey(store: KeyStore, { secret, tenant }: { readonly secret: string; readonly tenant: TenantId }): KeyStore {
  if (secret.length < MIN_CHARACTERS) {
    throw new AppError('invalid_config', `The bootstrap key must have at least ${MIN_CHARACTERS} characters`, { min: MIN_CHARACTERS })
  }
  const hash = hashOf(secret)
  return {
    create: (key) => store.create(key),
    list: () => store.list(),
    revoke: (id) => store.revoke(id),
    authenticate: (given) =>
      sameHash(hash, hashOf(given))
        ? Promise.resolve({ tenant, scopes: ['retrieve', 'ingest', 'admin'], key: 'bootstrap' })
        : store.authenticate(given),
  }
}
