import { z } from 'zod'
import { documented } from '../documented.ts'
import { pageOf } from '../page.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { DEFAULT_PAGE, jobId, jobSchema, jobsQuery, jobToWire, NEXT } from '../wire/job.ts'
import { noBody, noQuery } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses } from '../wire/problem.ts'

const byId = z.strictObject({ id: jobId })
const oneJob = z.strictObject({ job: jobSchema })

/** What was taken on: how far it is, and how to stop it or begin it again. Events are in routes/job-events.ts. */
export function jobRoutes(app: HttpApp, settings: HttpSettings, { jobs }: HttpPorts): void {
  app.get(
    '/v1/jobs',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented('jobs', 'listJobs', 'ingest', 'Jobs of the tenant, newest first'),
        querystring: jobsQuery(settings.pageJobs),
        response: { 200: z.strictObject({ jobs: z.array(jobSchema), next: NEXT }), ...problemResponses('job_not_found') },
      },
    },
    async (http) => {
      const { tenant } = callerOf(http)
      const { state = null, after = null, limit = Math.min(DEFAULT_PAGE, settings.pageJobs) } = http.query
      const { entries, next } = await pageOf(limit, (most) => jobs.list(tenant, state, { after, limit: most }))
      return { jobs: entries.map(jobToWire), next }
    },
  )

  app.get(
    '/v1/jobs/:id',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented('jobs', 'getJob', 'ingest', 'How far one job is'),
        params: byId,
        querystring: noQuery,
        response: { 200: oneJob, ...problemResponses('job_not_found') },
      },
    },
    async (http) => ({ job: jobToWire(await jobs.status(callerOf(http).tenant, http.params.id)) }),
  )

  app.post(
    '/v1/jobs/:id/cancel',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'jobs',
          'cancelJob',
          'ingest',
          'Stops a job at its next document',
          'What was written by then stands. A finished job stays as it is.',
        ),
        params: byId,
        querystring: noQuery,
        body: noBody,
        response: { 200: oneJob, ...problemResponses(...BODY_CODES, 'job_not_found', 'storage_full') },
      },
    },
    async (http) => ({ job: jobToWire(await jobs.cancel(callerOf(http).tenant, http.params.id)) }),
  )

  app.post(
    '/v1/jobs/:id/retry',
    {
      config: { scope: 'ingest' },
      schema: {
        ...documented(
          'jobs',
          'retryJob',
          'ingest',
          'Queues a job again',
          'A failed or cancelled job begins again, what was ingested costs nothing; of a job that is done, the dead letters are queued again.',
        ),
        params: byId,
        querystring: noQuery,
        body: noBody,
        response: { 202: oneJob, ...problemResponses(...BODY_CODES, 'job_not_found', 'storage_full') },
      },
    },
    async (http, reply) => {
      const job = await jobs.retry(callerOf(http).tenant, http.params.id)
      return reply
        .code(202)
        .header('location', `/v1/jobs/${job.id}`)
        .send({ job: jobToWire(job) })
    },
  )
}
