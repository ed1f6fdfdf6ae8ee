import { z } from 'zod'
import type { SessionState } from '../../core/answer.ts'
import type { SessionRequest } from '../../core/request.ts'
import { invalidRequest } from '../problem.ts'
import type { HttpSettings } from '../settings.ts'
import { plain } from './primitives.ts'

/** The fields of a question that are about its conversation; they stand flat in the body. */
export const sessionFields = (limits: HttpSettings) => ({
  session: plain(limits.sessionNameCharacters)
    .min(1)
    .nullish()
    .describe('Name of the conversation: what was sent in it is not sent again')
    .meta({ examples: ['conv-42'] }),
  session_tokens: z
    .int()
    .min(1)
    .max(limits.maxSessionTokens)
    .nullish()
    .describe('Tokens that the contexts of this session may take together; what its first request says holds'),
  repeat: z.boolean().default(false).describe('Sends what was sent before again'),
  refresh: z.boolean().default(false).describe('Sends only what is new since the last answer; `no_new_context` where nothing is'),
})

type SessionBody = z.output<z.ZodObject<ReturnType<typeof sessionFields>>>

/** What goes only with `session`, as one check for the whole body. */
export function checkSession(body: SessionBody, context: z.core.$RefinementCtx): void {
  const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
  if (body.session == null) {
    if (body.session_tokens != null) refuse('session_tokens', 'needs session')
    if (body.repeat) refuse('repeat', 'needs session')
    if (body.refresh) refuse('refresh', 'needs session')
  }
  if (body.repeat && body.refresh) refuse('refresh', 'repeat and refresh exclude each other')
}

export function toSession(body: SessionBody): SessionRequest | null {
  if (body.session == null) return null
  return { name: body.session, tokens: body.session_tokens ?? null, repeat: body.repeat, refresh: body.refresh }
}

export const retryHeaders = (limits: HttpSettings) =>
  z.looseObject({
    'idempotency-key': plain(limits.sessionNameCharacters)
      .min(1)
      .optional()
      .describe('Names this request of a session: sent again after a lost answer, it is answered as the first time. Only with `session`'),
  })

/** Rejects with `invalid_request` where a key was sent without a session: nothing would be remembered under it. */
export function toRetryKey(headers: { readonly 'idempotency-key'?: string | undefined }, session: SessionRequest | null): string | null {
  const key = headers['idempotency-key'] ?? null
  if (key !== null && session === null) throw invalidRequest([{ path: 'headers.idempotency-key', message: 'needs session in the body' }])
  return key
}

export const sessionSchema = z.strictObject({
  name: z.string(),
  turns: z.int().min(0).describe('Answered requests of the session, this one included'),
  tokens_used: z.int().min(0),
  tokens_left: z.int().min(0).nullable().describe('Null is no limit'),
  expires_at: z.string().describe('When the session is forgotten if nothing more is asked in it'),
})

export function sessionToWire(state: SessionState): z.output<typeof sessionSchema> {
  return {
    name: state.name,
    turns: state.turns,
    tokens_used: state.tokensUsed,
    tokens_left: state.tokensLeft,
    expires_at: new Date(state.expiresAt).toISOString(),
  }
}
