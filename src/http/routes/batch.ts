import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { IndexStatus } from '../../core/ports/index-registry.ts'
import type { IndexName } from '../../core/ids.ts'
import type { IngestEvents, IngestReport } from '../../core/ports/ingester.ts'
import type { Limits } from '../../core/ports/limits.ts'
import type { IndexDeclaration, RawDocument } from '../../core/types.ts'
import { documented } from '../documented.ts'
import { indexOrDeclaration, indexToFill } from '../index-creation.ts'
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
import { indexName, word } from '../wire/primitives.ts'
import { INGEST_CODES, problemResponses, problemSchema } from '../wire/problem.ts'

const batchQuery = z.strictObject({
  index: indexName.optional(),
  dry_run: z.enum(['true', 'false']).optional().describe('`true` embeds and writes nothing; the answer says what would be'),
  profile: word.optional().describe('Of an index that does not exist yet; for a dry run only'),
  unit: z.enum(['chunk', 'document']).optional().describe('Of an index that does not exist yet; for a dry run only'),
})

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
        querystring: batchQuery,
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
      const { index: name = ports.defaults.index, dry_run: dryRun, ...declared } = http.query
      const limits = limitsOf(http, settings.requestDeadlineMs)
      const { tenant } = callerOf(http)
      const output = new LineWriter()
      if (dryRun === 'true') {
        const index = await indexOrDeclaration(ports, tenant, name, declared, limits)
        void endWithProblem(http, output, ports, () => rehearse(http, index, output))
      } else {
        const index = await indexToFill(ports, tenant, name, limits)
        void endWithProblem(http, output, ports, () => ingest(http, index, output))
      }
      return sendLines(reply, output)
    },
  )

  async function ingest(http: FastifyRequest, index: IndexStatus, output: LineWriter): Promise<void> {
    const { tenant } = callerOf(http)
    const took = (report: IngestReport) => recordIngest(ports, http, index, report)
    const report = await answered(http, output, (source, events, limits) =>
      ports.ingester.load(tenant, index.declaration.name, source, { ...events, interrupted: took }, limits),
    )
    took(report)
  }

  async function rehearse(http: FastifyRequest, index: IndexName | IndexDeclaration, output: LineWriter): Promise<void> {
    const { tenant } = callerOf(http)
    await answered(http, output, (source, events, limits) => ports.ingester.rehearse(tenant, index, source, events, limits))
  }

  /** Runs a load over the lines of the body and answers with its documents and its report. */
  async function answered(
    http: FastifyRequest,
    output: LineWriter,
    load: (source: AsyncIterable<RawDocument>, events: IngestEvents, limits: Limits) => Promise<IngestReport>,
  ): Promise<IngestReport> {
    let unreadable = 0
    const failed = (number: number, { code, message }: AppError) => {
      unreadable += 1
      output.write({ type: 'document', id: `line ${number}`, status: 'failed', chunks: 0, error: { code, message }, warnings: [] })
    }
    const report = await load(
      documents(http, output, failed),
      { document: (result) => output.write({ type: 'document', ...ingestedToWire(result) }) },
      limitsOf(http, settings.batchDeadlineMs),
    )
    output.write({ type: 'report', ...reportToWire(report, unreadable) })
    return report
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
      if (bytes === null)
        throw new AppError('document_too_large', `The line has more than ${settings.batchLineBytes} bytes (http.batch_line_bytes)`)
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
