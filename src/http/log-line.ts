import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpPorts } from './ports.ts'

const UNKNOWN_ROUTE = 'unknown'
const GONE_STATUS = 499

/** One line and one observation a request, when its answer has been sent or its client has gone. */
export function logWhenDone(request: FastifyRequest, reply: FastifyReply, { clock, log, metrics }: HttpPorts): void {
  const { raw } = reply
  const finish = () => {
    raw.removeListener('finish', finish)
    raw.removeListener('close', finish)
    const { method } = request
    const route = request.routeOptions.url ?? UNKNOWN_ROUTE
    const gone = !raw.writableEnded
    const status = gone ? GONE_STATUS : raw.statusCode
    const ms = Math.round((clock.now() - request.startedAt) * 1000) / 1000
    metrics.observeRequest({ method, route, status, ms })
    log.info({ request: request.id, method, route, status, ms, ...request.facts, ...(gone ? { code: 'cancelled' } : {}) }, 'request')
  }
  raw.on('finish', finish)
  raw.on('close', finish)
}
