import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { RetrieveRequest } from '../../src/core/request.ts'
import { intents } from '../../src/config/sections/intents.ts'
import { echoRetriever } from './fakes.ts'
import { DEFAULTS, openApp, question } from './fixture.ts'

test('a question is answered with everything the contract names, in snake case', async (t) => {
  const { app } = await openApp(t)
  const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question({ index: 'docs' }) })
  assert.equal(response.statusCode, 200)
  const answer = response.json<Record<string, unknown>>()
  assert.match(String(answer['id']), /^req_[0-9A-HJKMNP-TV-Z]{26}$/)
  assert.equal(response.headers['x-request-id'], answer['id'])
  delete answer['id']
  assert.deepEqual(answer, {
    outcome: 'ok',
    context: '# how do I rotate a key?\n',
    items: [
      {
        id: 'c1',
        doc: 'guide/keys.md',
        title: 'Keys',
        uri: null,
        heading: 'Keys > Rotation',
        span: [3, 9],
        pages: [2, 3],
        kind: 'sentences',
        tokens: 4,
        score: 0.9,
        citation: '[1]',
        chunks: ['c1', 'c3'],
        also: [{ doc: 'copy.md', span: [0, 6] }],
      },
    ],
    dropped: [{ id: 'c2', doc: 'copy.md', tokens: 4, score: 0.8, reason: 'duplicate', duplicate_of: 'c1' }],
    intent: { label: 'how_to', confidence: 0.91 },
    confidence: 0.9,
    min_tokens: null,
    next: [{ tokens: 200, gain: 0.07, adds: ['c4'] }],
    hints: [],
    usage: {
      tokenizer: 'o200k_base',
      budget_tokens: 800,
      context_tokens: 5,
      evidence_tokens: 2,
      heading_tokens: 1,
      citation_tokens: 1,
      template_tokens: 1,
      candidate_tokens: 9,
      saved_tokens: 4,
      redundant_share: 0.25,
      embed_tokens: 6,
      rerank_pairs: 2,
      cost_usd: 0.001,
    },
    session: null,
    rules: [{ name: 'keys', version: '7', effect: 'pin', documents: ['guide/keys.md'] }],
    stages: [{ name: 'fuse', status: 'ok', ms: 0.5, in: 2, out: 1, reason: null }],
    degraded: false,
    receipt: {
      index: 'docs',
      version: 'v1',
      revision: 3,
      content: 'c0',
      profile: 'fast',
      embedder: 'e0',
      reranker: null,
      intent_model: 'i0',
      packer: 'greedy@1',
      calibration: 'a0',
      template: 'markdown@1',
      config: 'k0',
      cohort: 'c0',
    },
  })
})

test('explain is there when asked for, and only then', async (t) => {
  const { app } = await openApp(t)
  const ask = async (explain: boolean) =>
    (await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question({ explain }) })).json<{
      explain?: { lexical_query: string; plan: Record<string, unknown>; facets: unknown; follow_up: unknown; candidates: unknown }
    }>()
  const { explain } = await ask(true)
  assert.equal(explain?.lexical_query, 'how do I rotate a key?')
  const configured = Object.keys(intents.parse({}).default_plan)
  assert.deepEqual(Object.keys(explain.plan).sort(), [...configured, 'critical'].sort(), 'named as in the configuration')
  assert.deepEqual(explain.facets, ['rotate a key'])
  assert.deepEqual(explain.follow_up, { carried: ['key'], from: 'what is a key?' })
  assert.deepEqual(explain.candidates, [
    {
      id: 'c1',
      doc: 'd',
      evidence: [{ leg: 'lexical', rank: 1, score: 2 }],
      value: 0.9,
      tokens: 4,
      variants: [{ kind: 'sentences', span: [3, 9], tokens: 2, gain: 0 }],
      fate: 'packed',
      step: 1,
    },
  ])
  assert.ok(!('explain' in (await ask(false))))
})

test('every field reaches the retriever, and what is left out has its documented default', async (t) => {
  const seen: RetrieveRequest[] = []
  const retriever = {
    retrieve: (request: RetrieveRequest, call: Parameters<typeof echoRetriever.retrieve>[1]) => (
      seen.push(request),
      echoRetriever.retrieve(request, call)
    ),
  }
  const { app } = await openApp(t, { ports: { retriever } })
  const send = (payload: object) => app.inject({ method: 'POST', url: '/v1/retrieve', payload })
  const full = {
    query: 'compare \ud800 them',
    index: 'docs',
    budget: {
      tokens: 1500,
      model: 'gpt-4o',
      window: 4000,
      reserve: { system: 600, history: 2000 },
      max_items: 12,
      per_document: 0.6,
      per_source: 0.8,
    },
    require: ['policy/keys.md'],
    filters: { and: [{ eq: ['product', 'api'] }, { not: { in: ['tier', [1, 2]] } }, { exists: 'updated' }] },
    intent: 'compare',
    mode: 'thorough',
    deadline_ms: 800,
    feature: 'support-bot',
    session: 'conv 42 ü',
    session_tokens: 9000,
    repeat: true,
    render: 'xml',
    excerpts: false,
    notice: true,
    explain: true,
  }
  assert.equal((await send(full)).statusCode, 200)
  assert.equal((await send({ query: 'q', budget: { tokens: 1 } })).statusCode, 200)
  assert.deepEqual(seen, [
    {
      query: 'compare \ufffd them',
      index: 'docs',
      budget: { tokens: 1400, auto: false, tokenizer: 'gpt-4o', maxItems: 12, perDocument: 0.6, perSource: 0.8 },
      filter: {
        op: 'and',
        all: [
          { op: 'eq', field: 'product', value: 'api' },
          { op: 'not', filter: { op: 'in', field: 'tier', values: [1, 2] } },
          { op: 'exists', field: 'updated' },
        ],
      },
      require: ['policy/keys.md'],
      intent: 'compare',
      mode: 'thorough',
      deadlineMs: 800,
      feature: 'support-bot',
      session: { name: 'conv 42 ü', tokens: 9000, repeat: true, refresh: false },
      render: 'xml',
      excerpts: false,
      notice: true,
      explain: true,
    },
    {
      query: 'q',
      index: 'default',
      budget: { tokens: 1, auto: false, tokenizer: 'o200k_base', maxItems: null, perDocument: null, perSource: null },
      filter: null,
      require: [],
      intent: null,
      mode: 'auto',
      deadlineMs: DEFAULTS.deadlineMs,
      feature: null,
      session: null,
      render: 'markdown',
      excerpts: null,
      notice: false,
      explain: false,
    },
  ])
})

test('what is not documented is refused, with its place', async (t) => {
  const { app } = await openApp(t, {
    settings: {
      ...{ queryCharacters: 100, budgetTokens: 1000, maxItems: 10, maxDeadlineMs: 5000, requiredDocuments: 2 },
      ...{ windowTokens: 8000, reserveParts: 2, maxSessionTokens: 5000, sessionNameCharacters: 16 },
    },
  })
  const cases: readonly [Record<string, unknown>, string][] = [
    [question({ sesion: 'conv-42' }), 'body'],
    [question({ budget: { tokens: 800, windows: 8000 } }), 'body.budget'],
    [question({ budget: { tokens: 'all' } }), 'body.budget.tokens'],
    [question({ budget: { tokens: 1, window: 8001 } }), 'body.budget.window'],
    [question({ budget: { tokens: 1, window: 0 } }), 'body.budget.window'],
    [question({ budget: { tokens: 1, reserve: { system: 1 } } }), 'body.budget.reserve'],
    [question({ budget: { tokens: 1, window: 100, reserve: { system: -1 } } }), 'body.budget.reserve.system'],
    [question({ budget: { tokens: 1, window: 100, reserve: { system: 8001 } } }), 'body.budget.reserve.system'],
    [question({ budget: { tokens: 1, window: 100, reserve: { 'a b': 1 } } }), 'body.budget.reserve.a b'],
    [question({ budget: { tokens: 1, window: 100, reserve: { a: 1, b: 1, c: 1 } } }), 'body.budget.reserve'],
    [question({ budget: { tokens: 1, window: 100, reserve: { a: 40, b: 60 } } }), 'body.budget.reserve'],
    [question({ budget: { tokens: 1, per_source: 0 } }), 'body.budget.per_source'],
    [question({ require: ['a', 'b', 'c'] }), 'body.require'],
    [question({ require: ['a', 'a'] }), 'body.require'],
    [question({ require: [''] }), 'body.require.0'],
    [question({ require: ['a\u0000'] }), 'body.require.0'],
    [question({ session: '' }), 'body.session'],
    [question({ session: 'x'.repeat(17) }), 'body.session'],
    [question({ session: 'a\nb' }), 'body.session'],
    [question({ session: 's', session_tokens: 0 }), 'body.session_tokens'],
    [question({ session: 's', session_tokens: 5001 }), 'body.session_tokens'],
    [question({ session_tokens: 1 }), 'body.session_tokens'],
    [question({ repeat: true }), 'body.repeat'],
    [question({ refresh: true }), 'body.refresh'],
    [question({ session: 's', repeat: true, refresh: true }), 'body.refresh'],
    [question({ excerpts: 'no' }), 'body.excerpts'],
    [question({ notice: 1 }), 'body.notice'],
    [question({ budget: { tokens: 800, tokenizer: 'o200k_base', model: 'gpt-4o' } }), 'body.budget.model'],
    [question({ budget: {} }), 'body.budget.tokens'],
    [question({ budget: { tokens: 0 } }), 'body.budget.tokens'],
    [question({ budget: { tokens: 1.5 } }), 'body.budget.tokens'],
    [question({ budget: { tokens: 1001 } }), 'body.budget.tokens'],
    [question({ budget: { tokens: 1, max_items: 11 } }), 'body.budget.max_items'],
    [question({ budget: { tokens: 1, per_document: 0 } }), 'body.budget.per_document'],
    [question({ budget: { tokens: 1, per_document: 1.01 } }), 'body.budget.per_document'],
    [question({ query: '' }), 'body.query'],
    [question({ query: ' \n\u0000' }), 'body.query'],
    [question({ query: 'x'.repeat(101) }), 'body.query'],
    [question({ deadline_ms: 5001 }), 'body.deadline_ms'],
    [question({ deadline_ms: 0 }), 'body.deadline_ms'],
    [question({ mode: 'fastest' }), 'body.mode'],
    [question({ index: '../etc' }), 'body.index'],
    [question({ feature: 'a b' }), 'body.feature'],
    [question({ feature: 'x'.repeat(65) }), 'body.feature'],
  ]
  for (const [payload, path] of cases) {
    const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload })
    const problem = response.json<{ code: string; errors: { path: string }[] }>()
    assert.deepEqual(
      [response.statusCode, problem.code, problem.errors[0]?.path],
      [400, 'invalid_request', path],
      JSON.stringify(payload).slice(0, 200),
    )
  }
  const largest = question({
    query: 'x'.repeat(100),
    budget: { tokens: 1000, max_items: 10, per_document: 1, per_source: 1, window: 8000, reserve: { a: 7000, b: 999 } },
    require: ['a', 'b'],
    deadline_ms: 5000,
    feature: 'x'.repeat(64),
    session: 'x'.repeat(16),
    session_tokens: 5000,
  })
  assert.equal((await app.inject({ method: 'POST', url: '/v1/retrieve', payload: largest })).statusCode, 200)
})

test('an answer is booked, observed and logged, without the text of the question', async (t) => {
  const { app, ledger, observed, lines } = await openApp(t)
  await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question({ feature: 'bot' }) })
  const [row] = ledger.rows
  assert.ok(row !== undefined && ledger.rows.length === 1)
  const { request, at, ms, ...rest } = row
  assert.match(request, /^req_/)
  assert.ok(at > 1e12 && ms >= 0)
  assert.deepEqual(rest, {
    tenant: 'default',
    key: null,
    kind: 'retrieve',
    feature: 'bot',
    index: 'default',
    intent: 'how_to',
    profile: 'fast',
    embedder: 'e0',
    reranker: null,
    cohort: 'c0',
    version: 'v1',
    revision: 3,
    config: 'k0',
    packer: 'greedy@1',
    template: 'markdown@1',
    outcome: 'ok',
    degraded: false,
    budgetTokens: 800,
    contextTokens: 5,
    savedTokens: 4,
    embedTokens: 6,
    rerankPairs: 2,
    storageBytes: 0,
    costUsd: 0.001,
  })
  const finished = observed.at(-1) as Record<string, unknown>
  assert.deepEqual(observed[0], { answer: request })
  assert.deepEqual({ ...finished, ms: 0 }, { method: 'POST', route: '/v1/retrieve', status: 200, ms: 0 })
  assert.equal(lines.length, 1)
  const { fields } = lines[0] as (typeof lines)[number]
  assert.deepEqual(
    { ...fields, ms: 0 },
    {
      request,
      method: 'POST',
      route: '/v1/retrieve',
      status: 200,
      ms: 0,
      tenant: 'default',
      key: null,
      index: 'default',
      feature: 'bot',
      mode: 'auto',
      budget_tokens: 800,
      outcome: 'ok',
      intent: 'how_to',
      context_tokens: 5,
      degraded: false,
      stages: 'fuse 0.5',
    },
  )
})

test('the text of the question is logged where the operator says so', async (t) => {
  const { app, lines } = await openApp(t, { settings: { logQueries: true } })
  await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
  assert.equal(lines[0]?.fields['query'], 'how do I rotate a key?')
})

test('a retrieval that fails is booked with its code', async (t) => {
  const retriever = {
    retrieve: () => Promise.reject(new AppError('unknown_tokenizer', 'There is no such tokenizer', { allowed: ['o200k_base'] })),
  }
  const { app, ledger } = await openApp(t, { ports: { retriever } })
  const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
  assert.deepEqual([response.statusCode, response.json<{ allowed: unknown }>().allowed], [400, ['o200k_base']])
  assert.deepEqual([ledger.rows.length, ledger.rows[0]?.outcome, ledger.rows[0]?.budgetTokens], [1, 'unknown_tokenizer', 800])
})
