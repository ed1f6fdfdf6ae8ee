import { z } from 'zod'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { documentId, indexName, noQuery } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses } from '../wire/problem.ts'

const sourceHash = z
  .string()
  .regex(/^[0-9a-f]{24}$/, 'must be 24 hex digits')
  .describe('Hash of everything that is sent of the document but its id (ingest/source-hash.ts)')

/** About many documents at once, by id: which of them need not be sent, and out with these. */
export function knownRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.post(
    '/v1/documents/known',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'documents',
          'knownDocuments',
          'ingest',
          'Says which documents an index has already',
          'One status for each document, in order; an `unchanged` one need not be sent. `ration ingest` asks this before it sends anything.',
        ),
        querystring: noQuery,
        body: z
          .strictObject({
            index: indexName.optional(),
            documents: z.array(z.strictObject({ id: documentId, source_hash: sourceHash })).max(settings.namedDocuments),
          })
          .meta({ examples: [{ documents: [{ id: 'guide/keys.md', source_hash: '0123456789abcdef01234567' }] }] }),
        response: {
          200: z.strictObject({ statuses: z.array(z.enum(['new', 'changed', 'unchanged'])) }),
          ...problemResponses(...BODY_CODES, 'index_not_found', 'index_damaged'),
        },
      },
    },
    async (http) => {
      const limits = limitsOf(http, settings.requestDeadlineMs)
      const { index = ports.defaults.index, documents } = http.body
      const entries = documents.map(({ id, source_hash }) => ({ id, sourceHash: source_hash }))
      return { statuses: [...(await ports.ingester.known(callerOf(http).tenant, index, entries, limits))] }
    },
  )

  app.post(
    '/v1/documents/delete',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'documents',
          'deleteDocuments',
          'ingest',
          'Removes many documents at once',
          'In one revision. Ids that are not there are passed over.',
        ),
        querystring: noQuery,
        body: z
          .strictObject({ index: indexName.optional(), ids: z.array(documentId).max(settings.namedDocuments) })
          .meta({ examples: [{ ids: ['guide/old.md'] }] }),
        response: {
          200: z.strictObject({ deleted: z.int(), revision: z.int() }),
          ...problemResponses(...BODY_CODES, 'index_not_found', 'index_damaged', 'storage_full'),
        },
      },
    },
    async (http) => {
      const limits = limitsOf(http, settings.requestDeadlineMs)
      const { index = ports.defaults.index, ids } = http.body
      const writer = await ports.indexes.writer(callerOf(http).tenant, index, limits)
      return writer.deleteDocuments(ids, limits)
    },
  )
}
