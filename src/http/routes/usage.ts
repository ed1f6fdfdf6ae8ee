import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { problemResponses } from '../wire/problem.ts'
import { usageDiffQuery, usageQuery, usageSumSchema, usageSumToWire } from '../wire/usage.ts'

export function usageRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.get(
    '/v1/usage',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented(
          'usage',
          'sumUsage',
          'admin',
          'What requests of the tenant cost, summed by the dimensions asked for',
          'By `tenant`, the owner of the data directory gets the sums of every tenant, a key those of its own.',
        ),
        querystring: usageQuery,
        response: { 200: z.strictObject({ usage: z.array(usageSumSchema) }), ...problemResponses() },
      },
    },
    async (http) => {
      const { by = [], from = null, to = null } = http.query
      if (from !== null && to !== null && from >= to) throw new AppError('invalid_request', 'from must lie before to')
      const limits = limitsOf(http, settings.requestDeadlineMs)
      // So that a request that was just answered counts.
      await ports.usage.flush(limits)
      const caller = callerOf(http)
      const everyTenant = caller.key === null && by.includes('tenant')
      const sums = await ports.usage.sum({ tenant: everyTenant ? null : caller.tenant, by, from, to }, limits)
      return { usage: sums.map(usageSumToWire) }
    },
  )

  app.get(
    '/v1/usage/diff',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('usage', 'diffUsage', 'admin', 'What a change did to tokens, cost and outcomes'),
        querystring: usageDiffQuery,
        response: { 200: z.strictObject({ before: usageSumSchema, after: usageSumSchema }), ...problemResponses('not_found') },
      },
    },
    async (http) => {
      const limits = limitsOf(http, settings.requestDeadlineMs)
      await ports.usage.flush(limits)
      const { before, after } = await ports.usage.diff(callerOf(http).tenant, http.query.before, http.query.after, limits)
      return { before: usageSumToWire(before), after: usageSumToWire(after) }
    },
  )
}
