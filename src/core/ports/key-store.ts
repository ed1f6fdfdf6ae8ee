import type { TenantId } from '../ids.ts'
import type { Caller, Scope } from '../types.ts'

export interface ApiKey {
  readonly id: string
  readonly tenant: TenantId
  readonly scopes: readonly Scope[]
  readonly label: string
  readonly createdAt: string
  readonly revokedAt: string | null
}

/**
 * API keys. Only a hash is stored; the secret is shown once, by `create`.
 * - `authenticate` gives the caller of a live key, null for anything else, in time that does not depend on how much of the secret is right.
 * - `create` and `revoke` are durable when they resolve; a revoked key is refused from then on. `revoke` of an unknown id rejects `key_not_found`.
 */
export interface KeyStore {
  create(key: {
    readonly tenant: TenantId
    readonly scopes: readonly Scope[]
    readonly label: string
  }): Promise<{ readonly key: ApiKey; readonly secret: string }>
  list(): Promise<readonly ApiKey[]>
  revoke(id: string): Promise<ApiKey>
  authenticate(secret: string): Promise<Caller | null>
}
