import type { SessionKey, SessionTurn } from '../core/ports/session-store.ts'
import type { StoredSession } from '../core/session/recall.ts'
import type { Database } from './schema.ts'

/** What is stored of a live session, null where there is none. */
export async function readSession(
  database: Database,
  { tenant, name }: Pick<SessionKey, 'tenant' | 'name'>,
  now: Date,
): Promise<StoredSession | null> {
  const session = await database
    .selectFrom('sessions')
    .select('tokens_limit')
    .where((row) => row.and([row('tenant', '=', tenant), row('name', '=', name), row('expires_at', '>', now)]))
    .executeTakeFirst()
  if (session === undefined) return null
  const rows = await database
    .selectFrom('session_turns')
    .select(['retry_key', 'request', 'tokens', 'content'])
    .where((row) => row.and([row('tenant', '=', tenant), row('name', '=', name)]))
    .orderBy('ordinal')
    .execute()
  const turns = rows.map(({ retry_key, request, tokens, content }) => ({
    ...(JSON.parse(content) as Omit<SessionTurn, 'tokens'>),
    retryKey: retry_key,
    request,
    tokens,
  }))
  return { tokensLimit: session.tokens_limit, turns }
}

export async function liveSessions(database: Database, tenant: string, now: Date): Promise<number> {
  const { live } = await database
    .selectFrom('sessions')
    .select((row) => row.fn.countAll().as('live'))
    .where((row) => row.and([row('tenant', '=', tenant), row('expires_at', '>', now)]))
    .executeTakeFirstOrThrow()
  return Number(live)
}

export interface TurnToWrite {
  readonly key: SessionKey
  readonly turn: SessionTurn
  readonly tokensLimit: number | null
  readonly now: Date
  readonly expiresAt: Date
}

/** Writes a turn and its session, both or neither; returns what the session holds then. */
export async function writeTurn(
  database: Database,
  { key, turn, tokensLimit, now, expiresAt }: TurnToWrite,
): Promise<{ readonly tokensLimit: number | null; readonly tokensUsed: number; readonly turns: number }> {
  const { tenant, name, retryKey, request } = key
  const { tokens, ...content } = turn
  return database.transaction().execute(async (transaction) => {
    await transaction
      .deleteFrom('sessions')
      .where((row) => row.and([row('tenant', '=', tenant), row('name', '=', name), row('expires_at', '<=', now)]))
      .execute()
    // Locks the row: turns of one session are numbered one after another, whichever process writes them.
    const session = await transaction
      .insertInto('sessions')
      .values({ tenant, name, tokens_limit: tokensLimit, expires_at: expiresAt })
      .onConflict((conflict) => conflict.columns(['tenant', 'name']).doUpdateSet({ expires_at: expiresAt }))
      .returning('tokens_limit')
      .executeTakeFirstOrThrow()
    const before = await transaction
      .selectFrom('session_turns')
      .select(['ordinal', 'retry_key', 'tokens'])
      .where((row) => row.and([row('tenant', '=', tenant), row('name', '=', name)]))
      .execute()
    const tried = retryKey === null ? undefined : before.find((each) => each.retry_key === retryKey)
    const row = { retry_key: retryKey, request, tokens, content: JSON.stringify(content) }
    await transaction
      .insertInto('session_turns')
      .values({ tenant, name, ordinal: tried?.ordinal ?? before.length, ...row })
      .onConflict((conflict) => conflict.columns(['tenant', 'name', 'ordinal']).doUpdateSet(row))
      .execute()
    const tokensUsed = before.reduce((sum, each) => sum + each.tokens, tokens - (tried?.tokens ?? 0))
    return { tokensLimit: session.tokens_limit, tokensUsed, turns: before.length + (tried === undefined ? 1 : 0) }
  })
}

export async function deleteExpiredSessions(database: Database, now: Date): Promise<void> {
  await database.deleteFrom('sessions').where('expires_at', '<=', now).execute()
}
