import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError, ERROR_CODES } from '../core/errors.ts'
import type { HttpLog } from './ports.ts'
import { asAppError, toProblem } from './problem.ts'

/** Sends any error as application/problem+json. A bug is logged with its stack; the caller sees its request id only. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: HttpLog, retryAfterS: number): FastifyReply {
  const coded = leftBehind(error, request) ? new AppError('cancelled', 'The client went away') : asAppError(error)
  const { status, retry } = ERROR_CODES[coded.code]
  if (coded.code === 'internal') log.error({ request: request.id, err: error }, 'bug')
  request.facts = { ...request.facts, code: coded.code }
  if (retry && (status === 429 || status === 503)) void reply.header('retry-after', secondsOf(coded) ?? retryAfterS)
  if (coded.code === 'unauthenticated') void reply.header('www-authenticate', 'Bearer')
  // As bytes, or a charset would be added that the media type does not have.
  return reply
    .code(status)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(toProblem(coded, request.id))))
}

/** Where the error itself knows how long (`details.retry_after_ms`), in whole seconds, never 0. */
function secondsOf({ details }: AppError): number | null {
  const ms = details['retry_after_ms']
  return typeof ms === 'number' && Number.isFinite(ms) ? Math.max(1, Math.ceil(ms / 1000)) : null
}

/** Whether an error says no more than that the connection is gone. */
function leftBehind(error: unknown, request: FastifyRequest): boolean {
  if (!(error instanceof Error) || !request.gone.aborted) return false
  return error.name === 'AbortError' || (error as NodeJS.ErrnoException).code === 'ECONNRESET'
}

/** Answers what nobody else answers: thrown errors, unknown paths, known paths with another method. */
export function handleErrors(app: FastifyInstance, log: HttpLog, retryAfterS: number): void {
  const patterns = new Map<string, { readonly path: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', (route) => {
    const known = patterns.get(route.url) ?? { path: toRegExp(route.url), methods: new Set<string>() }
    for (const method of [route.method].flat()) known.methods.add(method)
    patterns.set(route.url, known)
  })
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log, retryAfterS))
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const allowed = [...patterns.values()].filter((known) => known.path.test(path)).flatMap((known) => [...known.methods])
    if (allowed.length === 0) throw new AppError('not_found', 'There is no such route')
    const methods = [...new Set(allowed)].sort().join(', ')
    void reply.header('allow', methods)
    throw new AppError('method_not_allowed', `The route takes ${methods}`)
  })
}

/** `/v1/documents/:id/text` as an expression over raw paths. */
function toRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/:[^/]+/g, '[^/]+')
  return new RegExp(`^${source}$`)
}
