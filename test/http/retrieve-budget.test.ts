import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { RetrieveRequest } from '../../src/core/request.ts'
import type { HttpSettings } from '../../src/http/settings.ts'
import { answerTo, echoRetriever } from './fakes.ts'
import { openApp, question } from './fixture.ts'

/** What the retriever is asked for each of the bodies, and what came back. */
async function asked(t: TestContext, settings: Partial<HttpSettings> = {}) {
  const seen: { readonly request: RetrieveRequest; readonly retryKey: string | null }[] = []
  const retriever = {
    retrieve(...[request, call]: Parameters<typeof echoRetriever.retrieve>) {
      seen.push({ request, retryKey: call.retryKey })
      return echoRetriever.retrieve(request, call)
    },
  }
  const { app } = await openApp(t, { settings, ports: { retriever } })
  return {
    seen,
    send: async (body: Record<string, unknown>, headers: Record<string, string> = {}) => {
      const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question(body), headers })
      return { status: response.statusCode, body: response.json<Record<string, unknown>>() }
    },
  }
}

test('a window and what is reserved of it make the budget smaller, never larger', async (t) => {
  const { seen, send } = await asked(t, { budgetTokens: 5000, autoCeilingTokens: 4000 })
  const budgets = [
    { tokens: 1500, window: 8000, reserve: { system: 600, history: 2000 } },
    { tokens: 1500, window: 3000, reserve: { system: 600, history: 2000 } },
    { tokens: 1500, window: 1000 },
    { tokens: 'auto' },
    { tokens: 'auto', window: 3000, reserve: { answer: 1000 } },
    { tokens: 'auto', window: 100_000 },
  ]
  for (const budget of budgets) assert.equal((await send({ budget })).status, 200)
  assert.deepEqual(
    seen.map(({ request: { budget } }) => [budget.tokens, budget.auto]),
    [
      [1500, false],
      [400, false],
      [1000, false],
      [4000, true],
      [2000, true],
      [5000, true],
    ],
  )
})

test('a window that is taken whole is refused with the numbers', async (t) => {
  const { send } = await asked(t)
  const { status, body } = await send({ budget: { tokens: 'auto', window: 4000, reserve: { system: 1500, answer: 2600 } } })
  assert.deepEqual([status, body['code']], [400, 'invalid_request'])
  assert.equal(body['detail'], 'body.budget.reserve: takes 4100 of the 4000 tokens of window; nothing is left for the context')
})

test('a session comes with its state', async (t) => {
  const { seen, send } = await asked(t)
  const { body } = await send({ session: 'conv-42', session_tokens: 700, refresh: true })
  assert.deepEqual(body['session'], { name: 'conv-42', turns: 2, tokens_used: 9, tokens_left: 700, expires_at: '2027-01-15T08:00:00.000Z' })
  assert.deepEqual(seen[0]?.request.session, { name: 'conv-42', tokens: 700, repeat: false, refresh: true })
})

test('a key for retries reaches the retriever, with a session only, and has a longest', async (t) => {
  const { seen, send } = await asked(t, { sessionNameCharacters: 20 })
  const key = (value: string) => ({ 'idempotency-key': value })
  assert.equal((await send({ session: 's' }, key('x'.repeat(20)))).status, 200)
  assert.equal((await send({ session: 's' })).status, 200)
  assert.deepEqual(
    seen.map(({ retryKey }) => retryKey),
    ['x'.repeat(20), null],
  )
  for (const [body, value] of [
    [{}, 'k1'],
    [{ session: 's' }, 'x'.repeat(21)],
    [{ session: 's' }, ''],
  ] as const) {
    const { status, body: problem } = await send(body, key(value))
    assert.deepEqual([status, problem['code']], [400, 'invalid_request'], value)
    assert.match(String(problem['detail']), /^headers\.idempotency-key: /)
  }
  assert.equal(seen.length, 2)
})

test('nothing new, nothing relevant: outcomes, reasons and hints go through', async (t) => {
  const reasons = ['covered_by', 'per_source_cap', 'already_sent', 'forbidden', 'abstained'] as const
  const retriever = {
    retrieve: ({ query, index, budget }: RetrieveRequest, { id }: Parameters<typeof echoRetriever.retrieve>[1]) => {
      const answer = answerTo(query, index as never, budget.tokens)
      const dropped = reasons.flatMap((reason) => answer.dropped.map((one) => ({ ...one, reason })))
      const hints = [{ doc: 'a.md' as never, title: 'A' }]
      return Promise.resolve({ ...answer, id, outcome: 'no_new_context' as const, dropped, hints, explain: null })
    },
  }
  const { app } = await openApp(t, { ports: { retriever } })
  const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
  const { outcome, dropped, hints } = response.json<{ outcome: string; dropped: { reason: string }[]; hints: unknown }>()
  assert.deepEqual([outcome, dropped.map(({ reason }) => reason), hints], ['no_new_context', [...reasons], [{ doc: 'a.md', title: 'A' }]])
})

test('the header is part of the documentation', async (t) => {
  const { app } = await openApp(t)
  const { paths } = (await app.inject('/openapi.json')).json<{
    paths: Record<string, { post: { parameters?: { in: string; name: string; required?: boolean }[] } }>
  }>()
  const headers = paths['/v1/retrieve']?.post.parameters?.filter((parameter) => parameter.in === 'header')
  assert.deepEqual(
    headers?.map(({ name, required }) => [name, required ?? false]),
    [['idempotency-key', false]],
  )
})
