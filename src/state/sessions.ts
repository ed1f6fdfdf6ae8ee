import type { Clock } from '../core/ports/clock.ts'
import type { SessionStore } from '../core/ports/session-store.ts'
import { stateOf } from '../core/session/budget.ts'
import { recall } from '../core/session/recall.ts'
import { reach } from './database-error.ts'
import type { Database } from './schema.ts'
import { expiryFrom, refuseOneMore, type SessionStoreSettings } from './session-limits.ts'
import { deleteExpiredSessions, liveSessions, readSession, writeTurn } from './session-rows.ts'
import { within } from './within.ts'

/** How often expired sessions are deleted; they are forgotten the moment they expire. */
const SWEEP_MS = 600_000

/** Sessions in the control database. Expired ones are deleted at the start and every ten minutes; `close` ends that. */
export function createSessionStore(
  settings: SessionStoreSettings,
  { database, clock, warn }: { readonly database: Database; readonly clock: Clock; readonly warn: (message: string) => void },
): SessionStore & { close(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve()
  const sweep = () => {
    sweeping = deleteExpiredSessions(database, new Date(clock.wall())).catch((error: unknown) =>
      warn(`Expired sessions could not be deleted: ${String(error)}`),
    )
  }
  sweep()
  const timer = setInterval(sweep, SWEEP_MS).unref()

  return {
    open: (key, limits) =>
      within(limits, clock, async () => {
        const now = new Date(clock.wall())
        const session = await reach(readSession(database, key, now))
        if (session !== null) return recall(session, key, settings)
        refuseOneMore(await reach(liveSessions(database, key.tenant, now)), settings)
        return null
      }),

    record: (key, turn, tokensLimit, limits) =>
      within(limits, clock, async () => {
        const now = clock.wall()
        const expiresAt = expiryFrom(now, settings)
        const written = await reach(writeTurn(database, { key, turn, tokensLimit, now: new Date(now), expiresAt: new Date(expiresAt) }))
        return stateOf(key.name, { ...written, expiresAt })
      }),

    close: () => {
      clearInterval(timer)
      return sweeping
    },
  }
}
