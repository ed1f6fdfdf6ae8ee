import type { TenantId } from '../core/ids.ts'
import type { ApiKey } from '../core/ports/key-store.ts'
import type { Scope } from '../core/types.ts'
import { chunksOf } from './chunks.ts'
import type { ApiKeyTable, Database } from './schema.ts'
import type { Mutation } from './intake.ts'
import type { IntakeEntry } from './intake-line.ts'
import { AppError } from '../core/errors.ts'

export function keyOf(row: ApiKeyTable): ApiKey {
  return {
    id: row.id,
    tenant: row.tenant as TenantId,
    scopes: row.scopes.split(' ') as Scope[],
    label: row.label,
    createdAt: row.created_at.toISOString(),
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}

/** Live keys, then as many of the latest revoked ones, each oldest first. */
export async function keyRows(database: Database, limit: number): Promise<ApiKeyTable[]> {
  const rows = database.selectFrom('api_keys').selectAll()
  const live = await rows.where('revoked_at', 'is', null).orderBy('created_at').orderBy('id').execute()
  const revoked = await rows.where('revoked_at', 'is not', null).orderBy('revoked_at', 'desc').orderBy('id').limit(limit).execute()
  return [...live, ...revoked.reverse()]
}

export const keyCreated = (row: ApiKeyTable): Mutation => ({
  kind: 'key_created',
  payload: { ...row, created_at: row.created_at.toISOString(), revoked_at: row.revoked_at?.toISOString() ?? null },
})

export const keyRevoked = (id: string, at: Date): Mutation => ({ kind: 'key_revoked', payload: { id, revoked_at: at.toISOString() } })

/** Every method leaves a row that is already as asked alone, so that a replay changes nothing twice. */
export async function insertKeys(database: Database, rows: readonly ApiKeyTable[]): Promise<void> {
  for (const some of chunksOf(rows)) {
    await database
      .insertInto('api_keys')
      .values(some)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
  }
}

export async function revokeKey(database: Database, id: string, at: Date): Promise<void> {
  await database.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).where('revoked_at', 'is', null).execute()
}

/** Brings the database to where the intake is. Rejects `state_damaged` for a kind that this version does not know. */
export async function replayKeys(database: Database, entries: readonly IntakeEntry[]): Promise<void> {
  const created: ApiKeyTable[] = []
  const revoked = new Map<string, Date>()
  for (const { sequence, kind, payload } of entries) {
    const row = payload as unknown as Record<keyof ApiKeyTable, string>
    if (kind === 'key_created') created.push({ ...row, created_at: new Date(row.created_at), revoked_at: null })
    else if (kind !== 'key_revoked')
      throw new AppError('state_damaged', `Entry ${sequence} of the intake is a ${kind}, written by a newer Ration`, { kind })
    if (row.revoked_at) revoked.set(row.id, new Date(row.revoked_at))
  }
  await database.transaction().execute(async (transaction) => {
    await insertKeys(transaction, created)
    for (const [id, at] of revoked) await revokeKey(transaction, id, at)
  })
}
