import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { DocumentId, IndexName } from '../../core/ids.ts'
import type { IndexReader } from '../../core/ports/index-reader.ts'
import type { Limits } from '../../core/ports/limits.ts'
import type { TenantId } from '../../core/ids.ts'
import { documented } from '../documented.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { documentToWire, listedSchema, listedToWire, summarySchema } from '../wire/document.ts'
import { digits, documentId, indexName } from '../wire/primitives.ts'
import { problemResponses } from '../wire/problem.ts'

const PAGE = 100
const inIndex = z.strictObject({ index: indexName.optional() })
const byId = z.strictObject({ id: documentId.describe('Id of the document, URL-encoded (a slash is `%2F`)') })

export function documentRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  const read = <Result>(tenant: TenantId, index: IndexName | undefined, limits: Limits, use: (reader: IndexReader) => Promise<Result>) =>
    withReader(ports, tenant, index ?? ports.defaults.index, limits, use)

  app.get(
    '/v1/documents',
    {
      config: { scope: 'retrieve' },
      schema: {
        ...documented('documents', 'listDocuments', 'retrieve', 'Documents of an index by ascending id'),
        querystring: inIndex.extend({
          after: documentId.optional().describe('`next` of the page before'),
          limit: digits(settings.pageDocuments).optional().describe(`Documents a page; ${PAGE} where it is missing`),
        }),
        response: {
          200: z.strictObject({
            documents: z.array(listedSchema),
            next: z.string().nullable().describe('`after` of the next page; null on the last'),
          }),
          ...problemResponses('index_not_found', 'index_damaged'),
        },
      },
    },
    async (http) => {
      const { index, after, limit = Math.min(PAGE, settings.pageDocuments) } = http.query
      const limits = limitsOf(http, settings.requestDeadlineMs)
      return read(callerOf(http).tenant, index, limits, async (reader) => {
        const page = await reader.documents({ after: after ?? null, limit }, limits)
        const last = page.at(-1)?.id ?? null
        // Asked for, since the reader has a limit of its own: a page with less than was asked need not be the last.
        const more = last === null ? [] : await reader.documents({ after: last, limit: 1 }, limits)
        return { documents: page.map(listedToWire), next: more.length > 0 ? last : null }
      })
    },
  )

  app.get(
    '/v1/documents/:id',
    {
      config: { scope: 'retrieve' },
      schema: {
        ...documented('documents', 'getDocument', 'retrieve', 'What is stored about one document, without its text'),
        params: byId,
        querystring: inIndex,
        response: { 200: summarySchema, ...problemResponses('index_not_found', 'document_not_found', 'index_damaged') },
      },
    },
    async (http) =>
      documentToWire(await find(callerOf(http).tenant, http.query.index, http.params.id, limitsOf(http, settings.requestDeadlineMs))),
  )

  app.get(
    '/v1/documents/:id/text',
    {
      config: { scope: 'retrieve' },
      schema: {
        ...documented(
          'documents',
          'getDocumentText',
          'retrieve',
          'The stored text of one document',
          'Every `span` counts UTF-16 code units of this text.',
        ),
        params: byId,
        querystring: inIndex,
        response: {
          200: { description: 'The text', content: { 'text/plain': { schema: z.string() } } },
          ...problemResponses('index_not_found', 'document_not_found', 'index_damaged'),
        },
      },
    },
    async (http, reply) => {
      const document = await find(callerOf(http).tenant, http.query.index, http.params.id, limitsOf(http, settings.requestDeadlineMs))
      return reply.type('text/plain; charset=utf-8').send(document.text)
    },
  )

  app.delete(
    '/v1/documents/:id',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented('documents', 'deleteDocument', 'ingest', 'Removes one document'),
        params: byId,
        querystring: inIndex,
        response: {
          200: z.strictObject({ deleted: z.int(), revision: z.int() }),
          ...problemResponses('index_not_found', 'document_not_found', 'index_damaged', 'storage_full'),
        },
      },
    },
    async (http) => {
      const { id } = http.params
      const limits = limitsOf(http, settings.requestDeadlineMs)
      const writer = await ports.indexes.writer(callerOf(http).tenant, http.query.index ?? ports.defaults.index, limits)
      const { deleted, revision } = await writer.deleteDocuments([id], limits)
      if (deleted === 0) throw notFound(id)
      return { deleted, revision }
    },
  )

  async function find(tenant: TenantId, index: IndexName | undefined, id: DocumentId, limits: Limits) {
    const document = await read(tenant, index, limits, (reader) => reader.document(id, limits))
    if (document === null) throw notFound(id)
    return document
  }
}

async function withReader<Result>(
  ports: HttpPorts,
  tenant: TenantId,
  index: IndexName,
  limits: Limits,
  use: (reader: IndexReader) => Promise<Result>,
): Promise<Result> {
  const reader = await ports.indexes.pin(tenant, index, limits)
  try {
    return await use(reader)
  } finally {
    reader.release()
  }
}

function notFound(id: DocumentId): AppError {
  return new AppError('document_not_found', 'There is no document of that id in the index', { id })
}
