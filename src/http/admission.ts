import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'
import { Gate } from './gate.ts'
import type { HttpSettings } from './settings.ts'
import { isUpload } from './upload.ts'

/**
 * Bounds what is worked on at a time. A slot is taken when the request has been read and found valid, and given back when the
 * handler is done, even if the client has gone: what counts is the work, not the connection.
 */
export function admit(app: FastifyInstance, settings: HttpSettings): void {
  const requests = new Gate({ slots: settings.maxInFlight, waiting: settings.maxWaiting, waitMs: settings.maxWaitMs })
  const batches = new Gate({ slots: settings.maxBatches, waiting: 0, waitMs: 0 })
  const events = new Gate({ slots: settings.eventStreams, waiting: 0, waitMs: 0 })
  const gateOf = ({ routeOptions, headers }: FastifyRequest) => {
    const { streams } = routeOptions.config
    if (streams === 'events') return events
    return streams === 'batch' || isUpload(headers['content-type']) ? batches : requests
  }

  app.addHook('onRequest', async () => {
    if (app.shutdown.signal.aborted) throw new AppError('shutting_down', 'The service is shutting down')
    return Promise.resolve()
  })
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (request.routeOptions.config.streams === undefined) {
      request.bodyTimer = setTimeout(() => {
        void reply.header('connection', 'close')
        void reply.send(new AppError('deadline_exceeded', `The body did not arrive within ${settings.bodyTimeoutMs} ms`))
      }, settings.bodyTimeoutMs)
    }
    done(null, payload)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.bodyTimer !== null) clearTimeout(request.bodyTimer)
    done()
  })
  app.addHook('preHandler', async (request) => {
    const { scope } = request.routeOptions.config
    if (scope === undefined || scope === null) return
    request.release = await gateOf(request).enter(request.gone)
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.bodyTimer !== null) clearTimeout(request.bodyTimer)
    // A stream that has begun gives its slot back at its end; one that is refused never begins.
    if (request.routeOptions.config.streams === undefined || reply.statusCode >= 400) request.release?.()
    if (app.shutdown.signal.aborted) void reply.header('connection', 'close')
    done(null, payload)
  })
}
