import { z } from 'zod'
import type { IngestedDocument } from '../../core/ports/ingester.ts'
import type { RawDocument } from '../../core/types.ts'
import { documented } from '../documented.ts'
import { indexToFill } from '../index-creation.ts'
import type { HttpPorts } from '../ports.ts'
import { recordIngest } from '../record.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import {
  DOCUMENT_EXAMPLE,
  documentBody,
  ingestedSchema,
  ingestedToWire,
  reportSchema,
  reportToWire,
  toRawDocument,
} from '../wire/document.ts'
import { indexName, noQuery } from '../wire/primitives.ts'
import { INGEST_CODES, problemResponses } from '../wire/problem.ts'

/** Small numbers of documents in one body; larger ones stream through routes/batch.ts. */
export function ingestRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.post(
    '/v1/documents',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'documents',
          'putDocuments',
          'ingest',
          'Puts documents into an index',
          'A document replaces whatever stood under its id; an unchanged one costs nothing. A bad one is reported as `failed` and the rest goes on. The default index is created by its first document.',
        ),
        querystring: noQuery,
        body: z
          .strictObject({
            index: indexName.optional(),
            documents: z.array(documentBody(settings)).min(1).max(settings.inlineDocuments),
          })
          .meta({ examples: [{ documents: [DOCUMENT_EXAMPLE] }] }),
        response: {
          200: z.strictObject({ documents: z.array(ingestedSchema), report: reportSchema }),
          ...problemResponses(...INGEST_CODES),
        },
      },
    },
    async (http) => {
      const { tenant } = callerOf(http)
      const limits = limitsOf(http, settings.requestDeadlineMs)
      const index = await indexToFill(ports, tenant, http.body.index ?? ports.defaults.index, limits)
      const results: IngestedDocument[] = []
      const events = { document: (result: IngestedDocument) => void results.push(result) }
      const report = await ports.ingester.ingest(
        tenant,
        index.declaration.name,
        each(http.body.documents.map(toRawDocument)),
        events,
        limits,
      )
      recordIngest(ports, http, index, report)
      return { documents: results.map(ingestedToWire), report: reportToWire(report, 0) }
    },
  )
}

async function* each(documents: readonly RawDocument[]): AsyncIterable<RawDocument> {
  for (const document of documents) yield await Promise.resolve(document)
}
