import { z } from 'zod'
import { documented } from '../documented.ts'
import { pageOf } from '../page.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import {
  deadLetterChoice,
  deadLetterId,
  deadLetterSchema,
  deadLettersQuery,
  deadLetterToWire,
  DEFAULT_PAGE,
  jobSchema,
  jobToWire,
  NEXT,
} from '../wire/job.ts'
import { noQuery } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses } from '../wire/problem.ts'
import { payloadSchema, payloadToWire } from '../wire/submission.ts'

/** Documents that could not be ingested: why, what they hold, and again or away with them. */
export function deadLetterRoutes(app: HttpApp, settings: HttpSettings, { jobs }: HttpPorts): void {
  const choice = deadLetterChoice(settings.pageJobs)

  app.get(
    '/v1/dead-letters',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented('jobs', 'listDeadLetters', 'ingest', 'Documents that could not be ingested, newest first'),
        querystring: deadLettersQuery(settings.pageJobs),
        response: { 200: z.strictObject({ dead_letters: z.array(deadLetterSchema), next: NEXT }), ...problemResponses('job_not_found') },
      },
    },
    async (http) => {
      const { tenant } = callerOf(http)
      const { job = null, after = null, limit = Math.min(DEFAULT_PAGE, settings.pageJobs) } = http.query
      const { entries, next } = await pageOf(limit, (most) => jobs.deadLetters(tenant, job, { after, limit: most }))
      return { dead_letters: entries.map(deadLetterToWire), next }
    },
  )

  app.get(
    '/v1/dead-letters/:id/payload',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'jobs',
          'getDeadLetterPayload',
          'ingest',
          'What a dead letter held when it came',
          'In the shape in which `POST /v1/documents` takes it.',
        ),
        params: z.strictObject({ id: deadLetterId }),
        querystring: noQuery,
        response: { 200: payloadSchema, ...problemResponses('job_not_found') },
      },
    },
    async (http) => payloadToWire(await jobs.payload(callerOf(http).tenant, http.params.id)),
  )

  app.post(
    '/v1/dead-letters/retry',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'jobs',
          'retryDeadLetters',
          'ingest',
          'Queues dead letters again',
          'In new jobs, one for each job that they come from.',
        ),
        querystring: noQuery,
        body: choice,
        response: {
          202: z.strictObject({ jobs: z.array(jobSchema) }),
          ...problemResponses(...BODY_CODES, 'job_not_found', 'storage_full'),
        },
      },
    },
    async (http, reply) => {
      const queued = await jobs.retryDeadLetters(callerOf(http).tenant, http.body.ids ?? null)
      return reply.code(202).send({ jobs: queued.map(jobToWire) })
    },
  )

  app.post(
    '/v1/dead-letters/discard',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented('jobs', 'discardDeadLetters', 'ingest', 'Throws dead letters away, with what they held'),
        querystring: noQuery,
        body: choice,
        response: {
          200: z.strictObject({ discarded: z.int().min(0) }),
          ...problemResponses(...BODY_CODES, 'job_not_found', 'storage_full'),
        },
      },
    },
    async (http) => ({ discarded: await jobs.discardDeadLetters(callerOf(http).tenant, http.body.ids ?? null) }),
  )
}
