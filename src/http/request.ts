import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { AppError, invariant } from '../core/errors.ts'
import type { RequestId } from '../core/ids.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { Caller, Scope } from '../core/types.ts'

export type HttpApp = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** What the canonical log line will say about a request; routes add to it. */
export type Facts = Record<string, unknown>

declare module 'fastify' {
  interface FastifyInstance {
    /** Connections of the socket in the data directory: whoever can open it owns the data. */
    readonly owners: WeakSet<Socket>
    /** Aborted as soon as the service stops taking requests. */
    readonly shutdown: AbortController
  }
  interface FastifyRequest {
    caller: Caller | null
    facts: Facts
    /** On the clock's `now()`. */
    startedAt: number
    /** Fires when the client went away before the answer was sent. */
    gone: AbortSignal
    /** Gives the slot of this request back; see admission.ts. */
    release: (() => void) | null
    bodyTimer: NodeJS.Timeout | null
  }
  interface FastifyContextConfig {
    /** What a key must be allowed to do; null is open to everybody. */
    scope?: Scope | null
    /** Streams, so neither the request slots nor the body timeout apply: slots of batches for what writes, of events for what watches. */
    streams?: 'batch' | 'events'
  }
}

/** Declares what every request carries, and starts its clock and its abort signal. */
export function trackRequests(app: FastifyInstance, clock: Clock): void {
  app.decorate('owners', new WeakSet<Socket>())
  app.decorate('shutdown', new AbortController())
  app.decorateRequest('caller', null)
  app.decorateRequest('release', null)
  app.decorateRequest('bodyTimer', null)
  app.decorateRequest('startedAt', 0)
  // Set for each request below; Fastify wants the names beforehand and no shared objects.
  app.decorateRequest('facts')
  app.decorateRequest('gone')
  app.addHook('onRequest', (request, reply, done) => {
    begin(request, reply, clock)
    done()
  })
}

/** Starts the clock and the abort signal of one request. The framework refuses unreadable URLs before any hook runs, hence on its own. */
export function begin(request: FastifyRequest, reply: FastifyReply, clock: Clock): void {
  const controller = new AbortController()
  request.startedAt = clock.now()
  request.facts = {}
  request.gone = controller.signal
  reply.raw.once('close', () => {
    if (!reply.raw.writableEnded) controller.abort(new AppError('cancelled', 'The client went away'))
  })
  void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
}

export function requestIdOf(request: FastifyRequest): RequestId {
  return request.id as RequestId
}

/** The authenticated caller; only routes with a scope have one. */
export function callerOf(request: FastifyRequest): Caller {
  invariant(request.caller !== null, 'a route that asks for the caller has a scope')
  return request.caller
}

/** Bounds for the work of one request: gone client, and so many milliseconds from its arrival. */
export function limitsOf(request: FastifyRequest, ms: number): Limits {
  return { signal: request.gone, deadline: request.startedAt + ms }
}
