import { z } from 'zod'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { duplicatesSchema, duplicatesToWire } from '../wire/duplicates.ts'
import { indexName, noQuery } from '../wire/primitives.ts'
import { problemResponses } from '../wire/problem.ts'

export function duplicatesRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.get(
    '/v1/indexes/:name/duplicates',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('indexes', 'reportDuplicates', 'admin', 'How much of an index is redundant', 'By source. Reads every chunk once.'),
        params: z.strictObject({ name: indexName }),
        querystring: noQuery,
        response: { 200: duplicatesSchema, ...problemResponses('index_not_found', 'index_damaged') },
      },
    },
    async (http) => {
      const limits = limitsOf(http, settings.verifyDeadlineMs)
      const reader = await ports.indexes.pin(callerOf(http).tenant, http.params.name, limits)
      try {
        return duplicatesToWire(await reader.duplicates(limits))
      } finally {
        reader.release()
      }
    },
  )
}
