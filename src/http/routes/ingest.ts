import type { FastifyRequest, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { IngestedDocument, IngestReport } from '../../core/ports/ingester.ts'
import type { RawDocument } from '../../core/types.ts'
import { documented } from '../documented.ts'
import { indexToFill } from '../index-creation.ts'
import type { HttpPorts } from '../ports.ts'
import { invalidRequest } from '../problem.ts'
import { recordIngest } from '../record.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { submitJson, submitUpload } from '../submit.ts'
import { ingestedSchema, ingestedToWire, reportSchema, reportToWire, toRawDocument } from '../wire/document.ts'
import { jobSchema, jobToWire } from '../wire/job.ts'
import { noQuery, plain } from '../wire/primitives.ts'
import { INGEST_CODES, problemResponses } from '../wire/problem.ts'
import { submissionBody, type SubmissionBody } from '../wire/submission.ts'

/** What the body of an upload is while nobody has read it. */
const UPLOAD = Symbol('upload')

/** A multipart body is read by the handler, part by part; JSON is checked as everywhere. */
const checkedUnlessUpload: FastifySchemaCompiler<unknown> = (part) => {
  const check = validatorCompiler(part as never)
  return (value: unknown) => (value === UPLOAD ? { value } : check(value))
}

/** Documents, files and addresses become a job, which is answered as soon as it is on disk. Few documents can be waited for. In a scope that takes uploads. */
export function ingestRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  app.post(
    '/v1/documents',
    {
      config: { scope: 'ingest' },
      validatorCompiler: checkedUnlessUpload,
      preValidation(http, _reply, done) {
        if (http.isMultipart()) http.body = UPLOAD as never
        done()
      },
      schema: {
        ...documented(
          'documents',
          'putDocuments',
          'ingest',
          'Puts documents into an index',
          'Answers 202 with a job as soon as payload and job are on disk, or 200 with `wait` when all is searchable. A document replaces whatever ' +
            'stood under its id; an unchanged one costs nothing. A bad one is reported as `failed` and the rest goes on. The default index is ' +
            'created by its first document. Files come as `multipart/form-data`.',
        ),
        querystring: noQuery,
        headers: z.looseObject({
          'idempotency-key': plain(settings.sessionNameCharacters)
            .min(1)
            .optional()
            .describe('Names the job: sent again after a lost answer, the request is answered with the job of the first time'),
        }),
        body: submissionBody(settings),
        response: {
          200: z.strictObject({ documents: z.array(ingestedSchema), report: reportSchema }),
          202: z.strictObject({ job: jobSchema }),
          ...problemResponses(...INGEST_CODES, 'document_too_large', 'idempotency_conflict', 'url_refused'),
        },
      },
    },
    async (http, reply) => {
      const isUpload = (http.body as unknown) === UPLOAD
      if (!isUpload && http.body.wait) return ingestNow(http, http.body)
      // What is left of a refused upload is not read.
      if (isUpload) void reply.header('connection', 'close')
      const job = isUpload ? await submitUpload(http, settings, ports) : await submitJson(http, http.body, settings, ports)
      if (isUpload) void reply.removeHeader('connection')
      http.facts = { ...http.facts, index: job.index, job: job.id, documents: job.total, bytes: job.bytes }
      return reply
        .code(202)
        .header('location', `/v1/jobs/${job.id}`)
        .send({ job: jobToWire(job) })
    },
  )

  async function ingestNow(http: FastifyRequest, body: SubmissionBody) {
    if (http.headers['idempotency-key'] !== undefined)
      throw invalidRequest([
        { path: 'headers.idempotency-key', message: 'names a job; with wait there is none, and sending documents again is harmless' },
      ])
    const { tenant } = callerOf(http)
    const limits = limitsOf(http, settings.requestDeadlineMs)
    const index = await indexToFill(ports, tenant, body.index ?? ports.defaults.index, limits)
    const results: IngestedDocument[] = []
    const took = (report: IngestReport) => recordIngest(ports, http, index, report, body.feature)
    const events = { document: (result: IngestedDocument) => void results.push(result), interrupted: took }
    const documents = (body.documents ?? []).map(toRawDocument)
    const report = await ports.ingester.ingest(tenant, index.declaration.name, each(documents), events, limits)
    took(report)
    return { documents: results.map(ingestedToWire), report: reportToWire(report, 0) }
  }
}

async function* each(documents: readonly RawDocument[]): AsyncIterable<RawDocument> {
  for (const document of documents) yield await Promise.resolve(document)
}
