import { AppError } from '../core/errors.ts'
import type { SessionBounds } from '../core/session/recall.ts'

export interface SessionStoreSettings extends SessionBounds {
  /** Live sessions of one tenant. */
  readonly perTenant: number
  /** How long a session is remembered after its last request. */
  readonly keepMinutes: number
}

/** When a session that was used now is forgotten, in milliseconds since the epoch. */
export const expiryFrom = (now: number, { keepMinutes }: SessionStoreSettings): number => now + keepMinutes * 60_000

/** Refuses a new session where its tenant has as many as it may. */
export function refuseOneMore(live: number, { perTenant }: SessionStoreSettings): void {
  if (live < perTenant) return
  const message = `The tenant has ${live} sessions and may have ${perTenant}; some must expire first`
  throw new AppError('too_many_sessions', message, { limit: 'sessions.per_tenant', max: perTenant })
}
