import { readFile } from 'node:fs/promises'
import fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { admit } from './admission.ts'
import { authenticate } from './auth.ts'
import { handleErrors, sendProblem } from './error-handlers.ts'
import { acceptJson } from './json.ts'
import { logWhenDone } from './log-line.ts'
import { describeApi } from './openapi.ts'
import type { HttpPorts } from './ports.ts'
import { newRequestId } from './request-id.ts'
import { begin, trackRequests } from './request.ts'
import { backupRoutes } from './routes/backups.ts'
import { batchRoute } from './routes/batch.ts'
import { calibrateRoute } from './routes/calibrate.ts'
import { deadLetterRoutes } from './routes/dead-letters.ts'
import { documentRoutes } from './routes/documents.ts'
import { duplicatesRoutes } from './routes/duplicates.ts'
import { indexRoutes } from './routes/indexes.ts'
import { ingestRoutes } from './routes/ingest.ts'
import { jobEventsRoute } from './routes/job-events.ts'
import { jobRoutes } from './routes/jobs.ts'
import { keyRoutes } from './routes/keys.ts'
import { knownRoutes } from './routes/known.ts'
import { releaseRoutes } from './routes/releases.ts'
import { retrieveRoutes } from './routes/retrieve.ts'
import { serviceRoutes } from './routes/service.ts'
import { usageRoutes } from './routes/usage.ts'
import { versionRoutes } from './routes/versions.ts'
import type { HttpSettings } from './settings.ts'
import { acceptUploads } from './upload.ts'
import { DOCUMENT_ID_CHARACTERS } from './wire/primitives.ts'

const ERRORS_PAGE = new URL('../../docs/errors.md', import.meta.url)
/** A UTF-16 code unit is at most three bytes of UTF-8, and each of them `%xx` in a path. */
const ENCODED_CHARACTERS = 9

/** The whole API over the given ports. Never listens: see listen.ts. `settings` are checked already. */
export async function createApp(settings: HttpSettings, ports: HttpPorts): Promise<FastifyInstance> {
  const { clock, log, keys, version } = ports
  const app = fastify({
    logger: false,
    bodyLimit: settings.bodyBytes,
    genReqId: () => newRequestId(clock.wall()),
    routerOptions: { maxParamLength: DOCUMENT_ID_CHARACTERS * ENCODED_CHARACTERS },
    return503OnClosing: false,
    frameworkErrors(error, request, reply) {
      begin(request, reply, clock)
      logWhenDone(request, reply, ports)
      void sendProblem(error, request, reply, log, settings.retryAfterS)
    },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  handleErrors(app, log, settings.retryAfterS)
  trackRequests(app, clock)
  app.addHook('onRequest', (request, reply, done) => {
    logWhenDone(request, reply, ports)
    done()
  })
  authenticate(app, keys, { required: settings.authRequired, tenant: ports.defaults.tenant })
  admit(app, settings)
  acceptJson(app, settings.jsonDepth)
  await describeApi(app, version)

  const errorsPage = await readFile(ERRORS_PAGE, 'utf8')
  const api = app.withTypeProvider<ZodTypeProvider>()
  retrieveRoutes(api, settings, ports)
  documentRoutes(api, settings, ports)
  knownRoutes(api, settings, ports)
  jobRoutes(api, settings, ports)
  jobEventsRoute(api, settings, ports)
  deadLetterRoutes(api, settings, ports)
  indexRoutes(api, settings, ports)
  duplicatesRoutes(api, settings, ports)
  versionRoutes(api, settings, ports)
  usageRoutes(api, settings, ports)
  keyRoutes(api, ports)
  serviceRoutes(api, settings, ports, errorsPage)
  await app.register(async (scope) => {
    await acceptUploads(scope, settings)
    ingestRoutes(scope.withTypeProvider<ZodTypeProvider>(), settings, ports)
  })
  // In a scope of their own: only these routes read streams, and only streams.
  await app.register((scope, _options, done) => {
    const streams = scope.withTypeProvider<ZodTypeProvider>()
    batchRoute(streams, settings, ports)
    calibrateRoute(streams, settings, ports)
    backupRoutes(streams, settings, ports)
    releaseRoutes(streams, settings, ports)
    done()
  })
  await app.ready()
  return app
}
