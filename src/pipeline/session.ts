import type { FollowUp, SessionState } from '../core/answer.ts'
import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { SentPassage, SessionKey, SessionMemory, SessionStore } from '../core/ports/session-store.ts'
import { cutText } from '../core/query/cut.ts'
import { resolveFollowUp } from '../core/query/follow-up.ts'
import type { RetrieveRequest } from '../core/request.ts'
import { tokensLeft } from '../core/session/budget.ts'
import { requestHash } from '../core/session/request-hash.ts'
import { NOTHING_SENT, sentTexts, type SentTexts } from '../core/session/sent.ts'
import type { RequestContext } from './context.ts'
import { OneAtATime, type Release } from './one-at-a-time.ts'
import { failure, type StageNote } from './trace.ts'

export interface SessionSettings {
  /** Tokens of a session whose first request names none; null is no limit. */
  readonly tokens: number | null
  readonly nameCharacters: number
  readonly queryCharacters: number
  readonly maxWaiting: number
  readonly storeMs: number
  readonly followUps: boolean
}

/** A request's turn in its session, from `open` to `release`. */
export interface OpenSession {
  /** What to search: the query with what was carried over. */
  readonly searched: string
  readonly followUp: FollowUp | null
  /** Tokens that the session leaves to this answer; null is no limit. */
  readonly tokensLeft: number | null
  /** What must not be sent again; nothing where the request asks for repeats. */
  readonly sent: SentTexts
  /** Remembers what was answered. Null where there is no session, or where it could not be recorded, which the trace says. */
  record(answered: { readonly tokens: number; readonly sent: readonly SentPassage[] }): Promise<SessionState | null>
  /** Lets the next request of the session in. Must be called, whatever happened; more than once is harmless. */
  release: Release
}

const CONTROL = /\p{Cc}/u
/** What the service can be answered without. */
const STORE_WEATHER: ReadonlySet<string> = new Set(['state_unavailable', 'storage_full', 'deadline_exceeded'])

/**
 * Opens and records the session of a request. Requests of one session are let in one after another, so that what one was sent is known to the
 * next and the tokens of the session hold. A store that does not answer costs the answer its memory, not its existence: passages may be sent
 * again, follow-ups are searched as they stand and only the request's own budget holds; the trace says `session_unavailable`.
 *
 * `open` rejects `invalid_request`, `too_busy`, and what `SessionStore.open` refuses.
 */
export function createSessionStage(settings: SessionSettings, { store, clock }: { readonly store: SessionStore; readonly clock: Clock }) {
  const turns = new OneAtATime(settings.maxWaiting, clock)

  return {
    async open(request: RetrieveRequest, retryKey: string | null, context: RequestContext): Promise<OpenSession> {
      if (request.session === null) {
        context.trace.notPlanned('session')
        return withoutSession(request.query)
      }
      const { name, tokens, repeat } = request.session
      check(request.session, retryKey, settings)
      const key = { tenant: context.tenant, name, retryKey, request: requestHash(request) }
      const release = await turns.enter(JSON.stringify([key.tenant, name]), context.limits)
      try {
        const memory = (await read(key, context)) ?? { tokensLimit: tokens ?? settings.tokens, tokensUsed: 0, turns: [] }
        const { searched, followUp } = settings.followUps
          ? resolveFollowUp(request.query, memory.turns)
          : { searched: request.query, followUp: null }
        return {
          searched,
          followUp,
          tokensLeft: tokensLeft(memory),
          sent: repeat ? NOTHING_SENT : sentTexts(memory.turns),
          record: (answered) => {
            const remembered = { query: cut(request.query), searched: cut(searched), ...answered }
            return write(context, () => store.record(key, remembered, memory.tokensLimit, storeLimits(context)))
          },
          release,
        }
      } catch (error) {
        release()
        throw error
      }
    },
  }

  /** Null for a new session, and where the store does not answer. */
  function read(key: SessionKey, context: RequestContext): Promise<SessionMemory | null> {
    return context.trace.run('session', () =>
      orWithout(async () => {
        const memory = await store.open(key, storeLimits(context))
        return [memory, { in: 1, out: memory?.turns.length ?? 0 }]
      }),
    )
  }

  function write(context: RequestContext, record: () => Promise<SessionState>): Promise<SessionState | null> {
    return context.trace.run('remember', () => orWithout(async () => [await record(), { in: 1, out: 1 }]))
  }

  function storeLimits({ limits, clock }: RequestContext): Limits {
    return { signal: limits.signal, deadline: Math.min(limits.deadline, clock.now() + settings.storeMs) }
  }

  function cut(text: string): string {
    return cutText(text, settings.queryCharacters)
  }
}

const withoutSession = (query: string): OpenSession => ({
  searched: query,
  followUp: null,
  tokensLeft: null,
  sent: NOTHING_SENT,
  record: () => Promise.resolve(null),
  release: () => undefined,
})

/** Goes on without what a store that fails would have given; other errors are the caller's or a bug. */
async function orWithout<Value>(call: () => Promise<readonly [Value, StageNote]>): Promise<readonly [Value | null, StageNote]> {
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof AppError && STORE_WEATHER.has(error.code))) throw error
    return [null, { in: 1, out: 0, status: failure(error).status, reason: 'session_unavailable' }]
  }
}

function check(
  { name, repeat, refresh }: NonNullable<RetrieveRequest['session']>,
  retryKey: string | null,
  { nameCharacters }: SessionSettings,
): void {
  const isName = (text: string) => text.length > 0 && text.length <= nameCharacters && text.isWellFormed() && !CONTROL.test(text)
  const checkName = (path: string, text: string) => {
    if (isName(text)) return
    const message = `${path} must have 1 to ${nameCharacters} characters, none of them a control character`
    throw new AppError('invalid_request', message, { path, limit: 'sessions.name_characters', max: nameCharacters })
  }
  checkName('session', name)
  if (retryKey !== null) checkName('Idempotency-Key', retryKey)
  if (repeat && refresh) throw new AppError('invalid_request', 'repeat and refresh exclude each other', { path: 'refresh' })
}
