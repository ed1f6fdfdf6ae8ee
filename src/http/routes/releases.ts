import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { IndexName } from '../../core/ids.ts'
import type { ReleaseReport, TellRelease } from '../../core/ports/releases.ts'
import { documented } from '../documented.ts'
import { LineWriter, NDJSON, sendLines } from '../line-writer.ts'
import { readAllLines, readOneLine } from '../one-line.ts'
import type { HttpPorts } from '../ports.ts'
import { callerOf, limitsOf, type HttpApp } from '../request.ts'
import type { HttpSettings } from '../settings.ts'
import { checkedByLine, endWithProblem } from '../stream-route.ts'
import { documentId, indexName, noQuery, plain, word } from '../wire/primitives.ts'
import { BODY_CODES, problemResponses, problemSchema } from '../wire/problem.ts'
import { ENCODINGS } from '../wire/index-declaration.ts'
import { gateSchema, gateToWire, goldenSchema, goldenToWire, releaseSchema, releaseToWire, versionRef } from '../wire/version.ts'

const PROGRESS_EVERY_MS = 250

const reason = plain(500).min(1).optional().describe('Publishes although a check or the gate failed; kept with the version')
const stale = z.boolean().default(false).describe('Leaves behind what was written since, instead of bringing it along')
const drop = z.boolean().default(false).describe('Lets go of documents that only this version holds')

const rebuildBody = z
  .strictObject({
    profile: word.optional().describe('Model profile of the new version; without, that of the live one'),
    language: word.optional().describe('Language of the full-text index'),
    encodings: z.array(z.enum(ENCODINGS)).max(ENCODINGS.length).optional(),
    publish: z.boolean().default(false).describe('Publishes it where its checks and the gate pass'),
    force: reason,
  })
  .meta({ examples: [{ profile: 'standard', publish: true }] })
const publishBody = z.strictObject({ stale, drop, force: reason }).meta({ examples: [{}] })
const rollbackBody = z.strictObject({ stale, drop }).meta({ examples: [{}] })
const gateBody = z
  .strictObject({ version: versionRef.optional(), pin: z.boolean().default(false).describe('Makes the scores the baseline') })
  .meta({ examples: [{}] })
const questionBody = z
  .strictObject({
    question: z.string().trim().min(1).max(4096),
    passages: z
      .array(z.strictObject({ doc: documentId, text: z.string().trim().min(1).max(20_000) }))
      .min(1)
      .max(20),
  })
  .meta({ examples: [{ question: 'How long does a refund take?', passages: [{ doc: 'policy/refunds.md', text: 'within 14 days' }] }] })

const progressSchema = z.strictObject({
  type: z.literal('progress'),
  stage: z.enum(['copy', 'verify', 'gate', 'publish']),
  done: z.int(),
  total: z.int(),
})

const attachedSchema = goldenSchema.extend({ stale: z.int().describe('Questions whose passages do not stand in the documents') })

const RELEASE_CODES: readonly ErrorCode[] = [
  ...BODY_CODES,
  'index_not_found',
  'version_not_found',
  'index_damaged',
  'unknown_profile',
  'model_unavailable',
  'fingerprint_mismatch',
  'version_differs',
  'gate_failed',
  'storage_full',
]

/** What takes its time: asked with one line, answered by lines of progress and the outcome. In the scope of `batchRoute`, which reads streams. */
export function releaseRoutes(app: HttpApp, settings: HttpSettings, ports: HttpPorts): void {
  const common = { config: { scope: 'admin', streams: 'batch' }, validatorCompiler: checkedByLine } as const
  const params = z.strictObject({ name: indexName })
  const lines = (last: z.ZodType) => ({
    description: 'Lines of JSON: progress, then the outcome',
    content: { [NDJSON]: { schema: z.union([progressSchema, last, problemSchema]) } },
  })
  const released = { 200: lines(releaseSchema), ...problemResponses(...RELEASE_CODES) }

  app.post(
    '/v1/indexes/:name/versions',
    {
      ...common,
      schema: {
        ...documented(
          'indexes',
          'rebuildIndex',
          'admin',
          'Builds another version beside the live one',
          'From the documents that the index stores; no source is asked. The live version is read and written meanwhile. Ending the request ' +
            'early removes what was built.',
        ),
        ...{ consumes: [NDJSON], params, querystring: noQuery, body: rebuildBody, response: released },
      },
    },
    async (http, reply) => {
      const { publish, force = null, ...asked } = await readOneLine(http, rebuildBody, settings)
      const change = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined))
      const request = { ...placeOf(http, http.params.name), change, publish, force }
      return stream(http, reply, (tell) => ports.releases.rebuild(request, tell, limitsOf(http, settings.releaseDeadlineMs)))
    },
  )

  app.post(
    '/v1/indexes/:name/versions/:version/publish',
    {
      ...common,
      schema: {
        ...documented(
          'indexes',
          'publishVersion',
          'admin',
          'Makes a version the one that questions are answered from',
          'It is brought to the documents of the live version, checked, and published by one atomic move. Pinned readers keep what they read.',
        ),
        ...{
          consumes: [NDJSON],
          params: params.extend({ version: versionRef }),
          querystring: noQuery,
          body: publishBody,
          response: released,
        },
      },
    },
    async (http, reply) => {
      const { force = null, ...rest } = await readOneLine(http, publishBody, settings)
      const request = { ...placeOf(http, http.params.name), version: http.params.version, force, ...rest }
      return stream(http, reply, (tell) => ports.releases.publish(request, tell, limitsOf(http, settings.releaseDeadlineMs)))
    },
  )

  app.post(
    '/v1/indexes/:name/rollback',
    {
      ...common,
      schema: {
        ...documented(
          'indexes',
          'rollbackIndex',
          'admin',
          'Goes back to the version that was current before',
          'Asks neither checks nor the gate.',
        ),
        ...{ consumes: [NDJSON], params, querystring: noQuery, body: rollbackBody, response: released },
      },
    },
    async (http, reply) => {
      const request = { ...placeOf(http, http.params.name), ...(await readOneLine(http, rollbackBody, settings)) }
      return stream(http, reply, (tell) => ports.releases.rollback(request, tell, limitsOf(http, settings.releaseDeadlineMs)))
    },
  )

  app.post(
    '/v1/indexes/:name/gate',
    {
      ...common,
      schema: {
        ...documented(
          'indexes',
          'runGate',
          'admin',
          'Asks the golden set what a version answers',
          'Through the whole query path, with the configuration and the templates of now. The result is kept with the version.',
        ),
        ...{ consumes: [NDJSON], params, querystring: noQuery, body: gateBody },
        response: {
          200: lines(gateSchema.extend({ type: z.literal('gate') })),
          ...problemResponses(...BODY_CODES, 'index_not_found', 'version_not_found', 'index_damaged', 'model_unavailable', 'not_found'),
        },
      },
    },
    async (http, reply) => {
      const { version = 'current', pin } = await readOneLine(http, gateBody, settings)
      const { tenant, index } = placeOf(http, http.params.name)
      const limits = limitsOf(http, settings.releaseDeadlineMs)
      if ((await ports.versions.golden(tenant, index, limits)) === null) throw withoutGolden(index)
      const output = new LineWriter()
      const tell = sometimes(ports, output)
      const asked = (done: number, total: number): void => tell({ stage: 'gate', done, total })
      void endWithProblem(http, output, ports, async () => {
        if (pin) await ports.gate.pin(tenant, index, version, asked, limits)
        const result = await ports.gate.run(tenant, index, version, asked, limits)
        if (result === null) throw withoutGolden(index)
        output.write({ type: 'gate', ...gateToWire(result) })
      })
      return sendLines(reply, output)
    },
  )

  app.post(
    '/v1/indexes/:name/golden',
    {
      ...common,
      schema: {
        ...documented(
          'indexes',
          'attachGolden',
          'admin',
          'Attaches a golden set: every publication passes its gate from then on',
          'One question a line, with the passages that answer it, quoted. Takes the place of the set before, and drops its baseline.',
        ),
        ...{ consumes: [NDJSON], params, querystring: noQuery, body: questionBody },
        response: { 200: attachedSchema, ...problemResponses(...BODY_CODES, 'index_not_found', 'index_damaged', 'storage_full') },
      },
    },
    async (http) => {
      const { tenant, index } = placeOf(http, http.params.name)
      const questions = await readAllLines(http, questionBody, settings.goldenQuestions, settings)
      if (questions.length === 0) throw new AppError('invalid_request', 'A golden set has at least one question')
      const { golden, stale: left } = await ports.gate.attach(tenant, index, questions, limitsOf(http, settings.verifyDeadlineMs))
      http.release?.()
      return { ...goldenToWire(golden), stale: left }
    },
  )

  function placeOf(http: FastifyRequest, index: IndexName) {
    return { tenant: callerOf(http).tenant, index }
  }

  function stream(http: FastifyRequest, reply: FastifyReply, work: (tell: TellRelease) => Promise<ReleaseReport>): FastifyReply {
    const output = new LineWriter()
    void endWithProblem(http, output, ports, async () => output.write(releaseToWire(await work(sometimes(ports, output)))))
    return sendLines(reply, output)
  }
}

const withoutGolden = (index: IndexName): AppError => new AppError('not_found', 'The index has no golden set', { index })

/** The beginning and the end of a stage, and some of what is between. */
function sometimes({ clock }: HttpPorts, output: LineWriter): TellRelease {
  let [stage, last] = ['', -Infinity]
  return (progress) => {
    const isNews = progress.stage !== stage || progress.done === progress.total || clock.now() - last >= PROGRESS_EVERY_MS
    if (!isNews) return
    ;[stage, last] = [progress.stage, clock.now()]
    output.write({ type: 'progress', ...progress })
  }
}
