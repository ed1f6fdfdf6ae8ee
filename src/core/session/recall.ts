import { AppError } from '../errors.ts'
import type { SessionKey, SessionMemory, SessionTurn } from '../ports/session-store.ts'

/** What a session may hold, beyond which it is full. */
export interface SessionBounds {
  readonly turns: number
  readonly passages: number
}

/** A turn as a store keeps it. */
export interface StoredTurn extends SessionTurn {
  readonly retryKey: string | null
  readonly request: string
}

export interface StoredSession {
  readonly tokensLimit: number | null
  /** Oldest first. */
  readonly turns: readonly StoredTurn[]
}

/** What a request may know of a stored session: `SessionStore.open`, whatever the store. */
export function recall(session: StoredSession, { retryKey, request, name }: SessionKey, bounds: SessionBounds): SessionMemory {
  const { turns, tokensLimit } = session
  const tried = retryKey === null ? -1 : turns.findIndex((turn) => turn.retryKey === retryKey)
  const first = turns[tried]
  if (first !== undefined && first.request !== request) {
    throw new AppError('idempotency_conflict', 'The idempotency key was used in this session for another request', { session: name })
  }
  if (first === undefined) refuseFull(turns, name, bounds)
  const tokensUsed = sum(turns.map(({ tokens }) => tokens)) - (first?.tokens ?? 0)
  const before = first === undefined ? turns : turns.slice(0, tried)
  return { tokensLimit, tokensUsed, turns: before.map(({ query, searched, tokens, sent }) => ({ query, searched, tokens, sent })) }
}

function refuseFull(turns: readonly StoredTurn[], session: string, bounds: SessionBounds): void {
  const held = { turns: turns.length, passages: sum(turns.map(({ sent }) => sent.length)) }
  for (const limit of ['turns', 'passages'] as const) {
    if (held[limit] < bounds[limit]) continue
    const message = `The session holds ${held[limit]} ${limit} and may hold ${bounds[limit]}; go on in a new one`
    throw new AppError('session_full', message, { session, limit: `sessions.${limit}`, max: bounds[limit] })
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
