import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { IndexStatus } from '../../core/ports/index-registry.ts'
import type { RawDocument } from '../../core/types.ts'
import { documented } from '../documented.ts'
import { indexToFill } from '../index-creation.ts'
import { parseJson } from '../json.ts'
import { LineWriter, NDJSON, sendLines } from '../line-writer.ts'
import { isBlank, type Line } from '../ndjson.ts'
import type { HttpPorts } from '../ports.ts'
import { asAppError, invalidRequest } from '../problem.ts'
import { recordIngest } from '../record.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { checkedByLine, endWithProblem, linesOf } from '../stream-route.ts'
import { documentBody, ingestedSchema, ingestedToWire, reportSchema, reportToWire, toRawDocument } from '../wire/document.ts'
import { indexName } from '../wire/primitives.ts'
import { INGEST_CODES, problemResponses, problemSchema } from '../wire/problem.ts'

/**
 * Any number of documents, one a line, answered by one line each as they become durable, then the report. Both directions
 * flow at the pace of the slower side. Once the first line has been answered the status is sent, so a later error is the last line.
 */
export function batchRoute(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload))
  const line = documentBody(settings)

  app.post(
    '/v1/documents/batch',
    {
      config: { scope: 'ingest', streams: 'batch' },
      validatorCompiler: checkedByLine,
      schema: {
        ...documented(
          'documents',
          'streamDocuments',
          'ingest',
          'Puts a stream of documents into an index',
          'One document a line. Read the answer while you send: a line for each document, then one of type `report`, or one of type `problem` ' +
            'where the whole batch failed. A line that cannot be read is a failed document called `line <n>`.',
        ),
        consumes: [NDJSON],
        querystring: z.strictObject({ index: indexName.optional() }),
        body: line,
        response: {
          200: {
            description: 'One line of JSON for each document, then the report',
            content: {
              [NDJSON]: {
                schema: z.union([
                  ingestedSchema.extend({ type: z.literal('document') }),
                  reportSchema.extend({ type: z.literal('report') }),
                  problemSchema,
                ]),
              },
            },
          },
          ...problemResponses(...INGEST_CODES),
        },
      },
    },
    async (http, reply) => {
      const index = await indexToFill(
        ports,
        callerOf(http).tenant,
        http.query.index ?? ports.defaults.index,
        limitsOf(http, settings.requestDeadlineMs),
      )
      const output = new LineWriter()
      void endWithProblem(http, output, ports, () => ingest(http, index, output))
      return sendLines(reply, output)
    },
  )

  async function ingest(http: FastifyRequest, index: IndexStatus, output: LineWriter): Promise<void> {
    let unreadable = 0
    const failed = (number: number, { code, message }: AppError) => {
      unreadable += 1
      output.write({ type: 'document', id: `line ${number}`, status: 'failed', chunks: 0, error: { code, message }, warnings: [] })
    }
    const report = await ports.ingester.ingest(
      callerOf(http).tenant,
      index.declaration.name,
      documents(http, output, failed),
      { document: (result) => output.write({ type: 'document', ...ingestedToWire(result) }) },
      limitsOf(http, settings.batchDeadlineMs),
    )
    recordIngest(ports, http, index, report)
    output.write({ type: 'report', ...reportToWire(report, unreadable) })
  }

  async function* documents(
    http: FastifyRequest,
    output: LineWriter,
    failed: (line: number, error: AppError) => void,
  ): AsyncGenerator<RawDocument, void, undefined> {
    for await (const read of linesOf(http, settings)) {
      await output.drained(http.gone, settings.batchIdleMs)
      const document = toDocument(read, (error) => failed(read.number, error))
      if (document !== null) yield document
    }
  }

  /** Null for a blank line and for one that was reported. */
  function toDocument({ bytes }: Line, report: (error: AppError) => void): RawDocument | null {
    if (bytes !== null && isBlank(bytes)) return null
    try {
      if (bytes === null) throw new AppError('document_too_large', `The line has more than ${settings.batchLineBytes} bytes`)
      const parsed = line.safeParse(parseJson(bytes, settings.jsonDepth))
      if (parsed.success) return toRawDocument(parsed.data)
      throw invalidRequest(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.') || 'document', message })))
    } catch (error) {
      report(
        error instanceof AppError && error.code === 'invalid_request' ? new AppError('invalid_document', error.message) : asAppError(error),
      )
      return null
    }
  }
}
