import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { TenantId, JobId } from '../../core/ids.ts'
import { documented } from '../documented.ts'
import { EVENT_STREAM, eventOf, HEARTBEAT, sendEvents } from '../event-stream.ts'
import { LineWriter } from '../line-writer.ts'
import type { HttpPorts } from '../ports.ts'
import { asAppError, toProblem } from '../problem.ts'
import { callerOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { jobId, jobToWire } from '../wire/job.ts'
import { noQuery } from '../wire/primitives.ts'
import { problemResponses } from '../wire/problem.ts'

/** The status of a job as server-sent events, until the job or the service ends. Each tells everything, so a client that comes again needs no past events. */
export function jobEventsRoute(app: HttpApp, settings: HttpSettings, { jobs, log }: HttpPorts): void {
  app.get(
    '/v1/jobs/:id/events',
    {
      config: { scope: 'ingest', streams: 'events' },
      schema: {
        ...documented(
          'jobs',
          'watchJob',
          'ingest',
          'How a job comes along, as server-sent events',
          'An event `status` at once and after each change, an event `end` with the last status. A comment in between keeps the connection open.',
        ),
        params: z.strictObject({ id: jobId }),
        querystring: noQuery,
        response: {
          200: { description: 'Events of the names `status`, `end` and `problem`', content: { [EVENT_STREAM]: { schema: z.string() } } },
          ...problemResponses('job_not_found'),
        },
      },
    },
    async (http, reply) => {
      const { tenant } = callerOf(http)
      const { id } = http.params
      // A job that is not there is refused while there still is a status to say so.
      await jobs.status(tenant, id)
      const output = new LineWriter()
      void write(http, tenant, id, output)
      return sendEvents(reply, output)
    },
  )

  /** Never rejects: the status of the answer was sent. */
  async function write(http: FastifyRequest, tenant: TenantId, id: JobId, output: LineWriter): Promise<void> {
    const stop = AbortSignal.any([http.gone, app.shutdown.signal])
    const heartbeat = setInterval(() => output.stream.writableNeedDrain || output.text(HEARTBEAT), settings.eventHeartbeatMs)
    let number = 0
    try {
      let last: unknown = null
      for await (const status of jobs.watch(tenant, id, stop)) {
        last = jobToWire(status)
        output.text(eventOf('status', (number += 1), last))
        await output.drained(stop, settings.batchIdleMs)
      }
      if (!stop.aborted) output.text(eventOf('end', (number += 1), last))
    } catch (error) {
      const coded = asAppError(error)
      if (coded.code === 'internal' && !stop.aborted) log.error({ request: http.id, err: error }, 'bug')
      if (!stop.aborted) output.text(eventOf('problem', (number += 1), toProblem(coded, http.id)))
    } finally {
      clearInterval(heartbeat)
      http.release?.()
      output.end()
    }
  }
}
