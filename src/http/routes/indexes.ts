import { z } from 'zod'
import { documented } from '../documented.ts'
import { createIndex, statusOrNull } from '../index-creation.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import {
  indexBody,
  indexSchema,
  indexToWire,
  toDeclaration,
  repairSchema,
  repairToWire,
  verificationSchema,
  verificationToWire,
} from '../wire/index-declaration.ts'
import { indexName, noBody, noQuery } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses } from '../wire/problem.ts'

const byName = z.strictObject({ name: indexName })

export function indexRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.post(
    '/v1/indexes',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'indexes',
          'createIndex',
          'ingest',
          'Declares an index',
          'Fixed from then on. The same declaration again is answered with 200, another one under the name with `index_exists`.',
        ),
        querystring: noQuery,
        body: indexBody(settings),
        response: {
          200: indexSchema,
          201: indexSchema,
          ...problemResponses(...BODY_CODES, 'index_exists', 'unknown_profile', 'model_unavailable', 'storage_full', 'index_damaged'),
        },
      },
    },
    async (http, reply) => {
      const { tenant } = callerOf(http)
      const limits = limitsOf(http, settings.requestDeadlineMs)
      const before = await statusOrNull(ports, tenant, http.body.name, limits)
      const status = await createIndex(ports, tenant, toDeclaration(http.body, ports.defaults), limits)
      return reply.code(before === null ? 201 : 200).send(indexToWire(status))
    },
  )

  app.get(
    '/v1/indexes',
    {
      config: { scope: 'retrieve' },
      schema: {
        ...documented('indexes', 'listIndexes', 'retrieve', 'The indexes of the tenant'),
        querystring: noQuery,
        response: { 200: z.strictObject({ indexes: z.array(indexSchema) }), ...problemResponses() },
      },
    },
    async (http) => {
      const indexes = await ports.indexes.list(callerOf(http).tenant, limitsOf(http, settings.requestDeadlineMs))
      return { indexes: indexes.map(indexToWire) }
    },
  )

  app.get(
    '/v1/indexes/:name',
    {
      config: { scope: 'retrieve' },
      schema: {
        ...documented('indexes', 'getIndex', 'retrieve', 'One index: declaration, version, counts'),
        params: byName,
        querystring: noQuery,
        response: { 200: indexSchema, ...problemResponses('index_not_found', 'index_damaged') },
      },
    },
    async (http) =>
      indexToWire(await ports.indexes.status(callerOf(http).tenant, http.params.name, limitsOf(http, settings.requestDeadlineMs))),
  )

  app.delete(
    '/v1/indexes/:name',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('indexes', 'deleteIndex', 'admin', 'Removes an index and its documents'),
        params: byName,
        querystring: noQuery,
        response: { 200: z.strictObject({ deleted: z.string() }), ...problemResponses('index_not_found') },
      },
    },
    async (http) => {
      const { name } = http.params
      await ports.indexes.delete(callerOf(http).tenant, name, limitsOf(http, settings.requestDeadlineMs))
      return { deleted: name }
    },
  )

  app.post(
    '/v1/indexes/:name/verify',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented('indexes', 'verifyIndex', 'admin', 'Reads a whole index and checks what must hold'),
        params: byName,
        querystring: noQuery,
        body: noBody,
        response: { 200: verificationSchema, ...problemResponses(...BODY_CODES, 'index_not_found', 'index_damaged') },
      },
    },
    async (http) =>
      verificationToWire(await ports.indexes.verify(callerOf(http).tenant, http.params.name, limitsOf(http, settings.verifyDeadlineMs))),
  )

  app.post(
    '/v1/indexes/:name/repair',
    {
      config: { scope: 'admin' },
      schema: {
        ...documented(
          'indexes',
          'repairIndex',
          'admin',
          'Puts right what verification finds wrong',
          'From the documents that the index holds: wrong rows are made again, rows of no document go, missing indexes are built. Documents that ' +
            'cannot be read are taken out and named.',
        ),
        params: byName,
        querystring: noQuery,
        body: noBody,
        response: {
          200: repairSchema,
          ...problemResponses(
            ...BODY_CODES,
            'index_not_found',
            'index_damaged',
            'fingerprint_mismatch',
            'model_unavailable',
            'storage_full',
          ),
        },
      },
    },
    async (http) => {
      const limits = limitsOf(http, settings.verifyDeadlineMs)
      return repairToWire(await ports.repairer.repair(callerOf(http).tenant, http.params.name, limits))
    },
  )
}
