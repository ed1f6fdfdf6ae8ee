import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import type { HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { problemResponses } from '../wire/problem.ts'

/** What operators and newcomers ask of the service itself. `errorsPage`: docs/errors.md, where the `type` of each problem points. */
export function serviceRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts, errorsPage: string): void {
  const status = z.strictObject({ status: z.literal('ok') })

  app.get('/', { schema: { hide: true } }, () => ({
    name: 'ration',
    version: ports.version,
    docs: '/docs',
    openapi: '/openapi.json',
    parsers: { files: ports.isolation.files, network: ports.isolation.network },
  }))

  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())

  app.get('/docs/errors', { schema: { hide: true } }, (_http, reply) => reply.type('text/markdown; charset=utf-8').send(errorsPage))

  app.get(
    '/livez',
    { schema: { ...documented('service', 'live', null, 'The process answers'), response: { 200: status } } },
    () => ({ status: 'ok' }) as const,
  )

  app.get(
    '/readyz',
    {
      schema: {
        ...documented('service', 'ready', null, 'The service can do its work'),
        response: { 200: status, ...problemResponses('not_ready') },
      },
    },
    () => {
      if (!ports.ready()) throw new AppError('not_ready', 'The service is starting')
      return { status: 'ok' } as const
    },
  )

  app.get(
    '/metrics',
    {
      config: { scope: settings.metricsPublic ? null : 'admin' },
      schema: {
        ...documented('service', 'metrics', settings.metricsPublic ? null : 'admin', 'Prometheus metrics'),
        response: { 200: { description: 'Text exposition', content: { 'text/plain': { schema: z.string() } } }, ...problemResponses() },
      },
    },
    async (_http, reply) => {
      const { contentType, body } = await ports.metrics.render()
      return reply.type(contentType).send(body)
    },
  )
}
