import type { TenantId } from '../core/ids.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { SessionStore } from '../core/ports/session-store.ts'
import { recall, type StoredTurn } from '../core/session/recall.ts'
import { stateOf } from '../core/session/budget.ts'
import { expiryFrom, refuseOneMore, type SessionStoreSettings } from './session-limits.ts'
import { within } from './within.ts'

interface Session {
  readonly tokensLimit: number | null
  readonly turns: readonly StoredTurn[]
  readonly expiresAt: number
}

/** Sessions in the memory of the process, for an engine without a control database. */
export function createMemorySessions(settings: SessionStoreSettings, { clock }: { readonly clock: Clock }): SessionStore {
  const tenants = new Map<TenantId, Map<string, Session>>()

  /** Live sessions of a tenant; what has expired is forgotten here. */
  const sessionsOf = (tenant: TenantId): Map<string, Session> => {
    const sessions = tenants.get(tenant) ?? new Map<string, Session>()
    tenants.set(tenant, sessions)
    // Used ones move to the end, so that the expired stand in front.
    for (const [name, { expiresAt }] of sessions) {
      if (expiresAt > clock.wall()) break
      sessions.delete(name)
    }
    return sessions
  }

  return {
    open: (key, limits) =>
      within(limits, clock, async () => {
        const sessions = sessionsOf(key.tenant)
        const session = sessions.get(key.name)
        if (session !== undefined) return recall(session, key, settings)
        refuseOneMore(sessions.size, settings)
        return null
      }),

    record: ({ tenant, name, retryKey, request }, turn, tokensLimit, limits) =>
      within(limits, clock, async () => {
        const sessions = sessionsOf(tenant)
        const before: Pick<Session, 'tokensLimit' | 'turns'> = sessions.get(name) ?? { tokensLimit, turns: [] }
        const tried = retryKey === null ? -1 : before.turns.findIndex((each) => each.retryKey === retryKey)
        const stored = { ...turn, retryKey, request }
        const turns = tried === -1 ? [...before.turns, stored] : before.turns.with(tried, stored)
        const session = { tokensLimit: before.tokensLimit, turns, expiresAt: expiryFrom(clock.wall(), settings) }
        sessions.delete(name)
        sessions.set(name, session)
        const tokensUsed = turns.reduce((sum, { tokens }) => sum + tokens, 0)
        return stateOf(name, { ...session, turns: turns.length, tokensUsed })
      }),
  }
}
