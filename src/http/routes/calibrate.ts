import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { IndexName } from '../../core/ids.ts'
import { documented } from '../documented.ts'
import { LineWriter, NDJSON, sendLines } from '../line-writer.ts'
import { readAllLines } from '../one-line.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { checkedByLine, endWithProblem } from '../stream-route.ts'
import { calibrationSchema, calibrationToWire } from '../wire/calibration.ts'
import { indexName } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses, problemSchema } from '../wire/problem.ts'

/** Own questions, one a line; answered by a line for each question asked, then the calibration. In the scope of `batchRoute`, which reads streams. */
export function calibrateRoute(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  const line = z
    .strictObject({ text: z.string().trim().min(1).max(settings.queryCharacters) })
    .meta({ examples: [{ text: 'how do I rotate an API key?' }] })

  app.post(
    '/v1/indexes/:name/calibrate',
    {
      config: { scope: 'admin', streams: 'batch' },
      validatorCompiler: checkedByLine,
      schema: {
        ...documented(
          'indexes',
          'calibrateIndex',
          'admin',
          'Finds where an index begins to abstain',
          'Send questions that the index answers, one a line; with none, some are made out of its text. They and bundled foreign questions are ' +
            'asked, and the threshold is kept with the index. A line of type `asked` for each question, then one of type `calibration`, or one ' +
            'of type `problem` where nothing was changed.',
        ),
        consumes: [NDJSON],
        params: z.strictObject({ name: indexName }),
        querystring: z.strictObject({
          lost: z.coerce
            .number()
            .min(0)
            .max(0.5)
            .optional()
            .describe('Share of the own questions that may get no answer (default: `calibration.own_lost`)'),
        }),
        body: line,
        response: {
          200: {
            description: 'One line of JSON for each question, then the calibration',
            content: {
              [NDJSON]: {
                schema: z.union([
                  z.strictObject({ type: z.literal('asked'), asked: z.int(), questions: z.int() }),
                  calibrationSchema.extend({ type: z.literal('calibration') }),
                  problemSchema,
                ]),
              },
            },
          },
          ...problemResponses(...BODY_CODES, 'index_not_found', 'index_damaged', 'model_unavailable'),
        },
      },
    },
    async (http, reply) => {
      const { tenant } = callerOf(http)
      await ports.indexes.status(tenant, http.params.name, limitsOf(http, settings.requestDeadlineMs))
      const output = new LineWriter()
      const asked = { index: http.params.name, lost: http.query.lost ?? null }
      void endWithProblem(http, output, ports, () => calibrate(http, asked, output))
      return sendLines(reply, output)
    },
  )

  async function calibrate(
    http: FastifyRequest,
    { index, lost }: { readonly index: IndexName; readonly lost: number | null },
    output: LineWriter,
  ): Promise<void> {
    const lines = await readAllLines(http, line, settings.calibrationQuestions, settings)
    const questions = lines.map(({ text }) => text)
    const calibration = await ports.calibrator.calibrate(
      { tenant: callerOf(http).tenant, index, questions, lost },
      (asked, total) => output.write({ type: 'asked', asked, questions: total }),
      limitsOf(http, settings.calibrationDeadlineMs),
    )
    output.write({ type: 'calibration', ...calibrationToWire(calibration) })
  }
}
