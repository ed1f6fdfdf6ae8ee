import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { ERROR_CODES } from '../../src/core/errors.ts'
import { openComposed } from './composed.ts'
import { operationsOf, type Operation } from './malformed/operations.ts'
import { malformed, type Malformed } from './malformed/generate.ts'
import { random } from './malformed/random.ts'

const REQUESTS = 2400
const SEED = 0x5eed

/** Codes that say what is wrong with the way a request came, whatever the route. */
const ANYWHERE = new Set(['invalid_request', 'not_found', 'method_not_allowed', 'unsupported_media_type', 'body_too_large'])

/**
 * Sends requests made from the served /openapi.json by breaking good ones. No crash, no answer of 500 or above, and every answer
 * of 400 or above is a problem with a code that the operation documents. The same seed makes the same requests.
 */
test(`${REQUESTS} malformed requests are answered with documented problems`, async (t) => {
  const app = await openFilled(t)
  const operations = operationsOf((await app.inject('/openapi.json')).json())
  // Most of what can be wrong is in bodies.
  const turns = operations.flatMap((operation) => Array.from({ length: operation.body === null ? 1 : 6 }, () => operation))
  const documented = new Set(operations.flatMap(({ codes }) => [...codes]))
  const chance = random(SEED)
  const statuses = new Map<number, number>()
  const kinds = new Map<string, number>()
  for (let i = 0; i < REQUESTS; i += 1) {
    const operation = turns[i % turns.length] as Operation
    const made = malformed(operation, chance)
    // Another path or method may be another operation.
    const codes = made.kind === 'path' || made.kind === 'method' ? documented : operation.codes
    const status = await send(app, made, codes)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    kinds.set(made.kind, (kinds.get(made.kind) ?? 0) + 1)
  }
  t.diagnostic(`statuses ${JSON.stringify(Object.fromEntries(statuses))}`)
  t.diagnostic(`kinds ${JSON.stringify(Object.fromEntries(kinds))}`)
  const refused = [...statuses].filter(([status]) => status >= 400).reduce((sum, [, count]) => sum + count, 0)
  assert.ok(refused >= REQUESTS / 2, `${refused} of ${REQUESTS} were refused: the generator breaks what it says it breaks`)
  assert.equal((await app.inject('/livez')).statusCode, 200, 'still there')
  const asked = await app.inject({
    method: 'POST',
    url: '/v1/retrieve',
    payload: { query: 'how do I rotate a key?', budget: { tokens: 200 } },
  })
  assert.ok(asked.statusCode === 200 || asked.json<{ code: string }>().code === 'index_not_found', 'and still at work')
})

/** The composed service with a small index under the name that requests mean by default, and under that of the examples. */
async function openFilled(t: TestContext): Promise<FastifyInstance> {
  const { app } = await openComposed(t)
  for (const name of ['default', 'docs']) {
    const fields = { product: 'keyword', updated: 'date' }
    await app.inject({ method: 'POST', url: '/v1/indexes', payload: { name, fields } })
    const documents = [{ id: 'keys.md', content: '# Keys\n\nRotate an API key by making a second one.', metadata: { product: 'api' } }]
    assert.equal(
      (await app.inject({ method: 'POST', url: '/v1/documents', payload: { index: name, documents, wait: true } })).statusCode,
      200,
    )
  }
  return app
}

async function send(app: FastifyInstance, made: Malformed, codes: ReadonlySet<string>): Promise<number> {
  const shown = JSON.stringify(made).slice(0, 600)
  const response = await app.inject(made.request as InjectOptions)
  const { statusCode, headers } = response
  assert.ok(statusCode < 500, `${statusCode} for ${shown}: ${response.body.slice(0, 600)}`)
  if (statusCode < 400) return statusCode
  assert.equal(headers['content-type'], 'application/problem+json', shown)
  // HEAD answers have no body.
  if (made.request.method === 'HEAD') return statusCode
  const problem = response.json<Record<string, unknown>>()
  const code = String(problem['code'])
  assert.ok(Object.hasOwn(ERROR_CODES, code), shown)
  assert.ok(ANYWHERE.has(code) || codes.has(code), `${code} is not documented there: ${shown}`)
  assert.deepEqual(
    [problem['status'], problem['type'], problem['instance']],
    [statusCode, `/docs/errors#${code}`, headers['x-request-id']],
    shown,
  )
  assert.ok(typeof problem['title'] === 'string' && typeof problem['detail'] === 'string', shown)
  return statusCode
}
