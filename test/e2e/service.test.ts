import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { createTokenCounters } from '../../src/models/token-counters.ts'
import type { WireAnswer } from '../../src/http/wire/answer.ts'
import { ask, createSuite, dataDirectory, serve, type Problem, type Service } from './ration.ts'

/** One service, asked over TCP for everything that it offers. */

const SLASHED = 'guide/keys & more/ключи é%2F.md'
const DOCUMENTS = [
  {
    id: SLASHED,
    content:
      '# API keys\n\nRotate an API key by making a second one, giving it to the caller and revoking the first.\n\n## Lost keys\n\nA lost key cannot be shown again.',
    metadata: { product: 'api', updated: '2026-01-15', price: 3, public: true },
  },
  {
    id: 'page.html',
    media_type: 'text/html',
    content:
      '<html><head><title>Deadlines</title></head><body><nav>Home</nav><main><h1>Deadlines</h1><p>A deadline is given in milliseconds. An API key has none.</p></main></body></html>',
    metadata: { product: 'web', price: 7 },
  },
  {
    id: 'notes.txt',
    media_type: 'text/plain',
    title: 'Notes',
    content: 'A budget is counted in tokens.\n\nThe API key of a tenant is a secret.',
    metadata: { product: 'api' },
  },
]
const counters = createTokenCounters({ runCharacters: 1000, memoWords: 50_000 })

describe('a running service', () => {
  const suite = createSuite()
  let service: Service
  const send: Service['send'] = (...asked) => service.send(...asked)
  const retrieve = async (change: Readonly<Record<string, unknown>> = {}) => {
    const { status, json } = await send<WireAnswer>('POST', '/v1/retrieve', ask(change))
    assert.equal(status, 200, JSON.stringify(json))
    return json
  }
  const refused = async (method: string, path: string, body?: unknown) => {
    const { status, json } = await send(method, path, body)
    return `${status} ${json.code}`
  }

  before(async () => {
    const directory = await dataDirectory(suite)
    service = await serve(suite, directory, { RATION_INGEST__DOCUMENT_BYTES: '5000', RATION_LOG__LEVEL: 'info' })
    const fields = { product: 'keyword', updated: 'date', price: 'number', public: 'boolean' }
    const declared = { name: 'docs', fields, encodings: ['o200k_base', 'cl100k_base'] }
    assert.equal((await send('POST', '/v1/indexes', declared)).status, 201)
    assert.equal((await send('POST', '/v1/indexes', declared)).status, 200)
    assert.equal(await refused('POST', '/v1/indexes', { ...declared, fields: {} }), '409 index_exists')
    const put = await send<{ documents: { status: string }[] }>('POST', '/v1/documents', {
      index: 'docs',
      documents: DOCUMENTS,
      wait: true,
    })
    assert.deepEqual([put.status, ...put.json.documents.map(({ status }) => status)], [200, 'new', 'new', 'new'])
  })
  after(async () => {
    counters.close()
    await suite.close()
  })

  it('keeps the budget in every template and tokenizer, and repeats itself', async () => {
    for (const [tokens, render, tokenizer] of [
      [30, 'markdown', 'o200k_base'],
      [60, 'xml', 'cl100k_base'],
      [200, 'json', 'p50k_base'],
      [1000, 'plain', 'gpt-4'],
      [1000, 'markdown', 'claude-sonnet-4'],
    ] as const) {
      const named = tokenizer.includes('-') ? { model: tokenizer } : { tokenizer }
      const answer = await retrieve({ budget: { tokens, ...named }, render })
      assert.equal(answer.usage.context_tokens, counters.resolve(tokenizer).count(answer.context))
      assert.ok(answer.usage.context_tokens <= tokens)
      assert.equal(answer.degraded, false)
      const again = await retrieve({ budget: { tokens, ...named }, render })
      assert.deepEqual([again.context, again.items, again.dropped], [answer.context, answer.items, answer.dropped])
    }
    const small = await retrieve({ budget: { tokens: 1 } })
    assert.deepEqual([small.outcome, small.context], ['budget_too_small', ''])
    assert.equal((await retrieve({ budget: { tokens: small.min_tokens } })).outcome, 'ok')
    assert.equal((await retrieve({ query: 'hello!' })).outcome, 'no_relevant_context')
  })

  it('cites passages that stand in the text it serves', async () => {
    const { items } = await retrieve()
    assert.equal(items[0]?.doc, SLASHED)
    for (const { doc, span } of items) {
      const { json } = await send<string>('GET', `/v1/documents/${encodeURIComponent(doc)}/text?index=docs`)
      assert.ok(json.slice(span[0], span[1]).trim().length > 0)
    }
  })

  it('filters by declared fields only', async () => {
    const docs = async (filters: unknown) => {
      const answer = await retrieve({ filters, budget: { tokens: 2000 }, explain: true })
      return [...new Set(answer.explain?.candidates.map(({ doc }) => doc))].sort()
    }
    assert.deepEqual(await docs({ eq: ['product', 'web'] }), ['page.html'])
    assert.deepEqual(await docs({ and: [{ gte: ['updated', '2026-01-01'] }, { lt: ['price', 5] }, { eq: ['public', true] }] }), [SLASHED])
    assert.deepEqual(await docs({ or: [{ in: ['price', [7]] }, { not: { exists: 'price' } }] }), ['notes.txt', 'page.html'])
    assert.deepEqual(await docs({ eq: ['product', "x' OR '1'='1"] }), [])
    assert.equal(await refused('POST', '/v1/retrieve', ask({ filters: { eq: ['title', 'x'] } })), '400 unknown_filter_field')
    assert.equal(await refused('POST', '/v1/retrieve', ask({ filters: { like: ['product', 'x'] } })), '400 invalid_filter')
  })

  it('explains what it searched and what became of each candidate', async () => {
    const { explain, items } = await retrieve({ explain: true, mode: 'thorough', intent: 'compare' })
    assert.ok(explain !== undefined)
    assert.deepEqual(
      explain.intents.map(({ label }) => label),
      ['compare'],
    )
    assert.equal(explain.plan.rerank, 'always')
    const packed = explain.candidates.filter(({ fate }) => fate === 'packed').map(({ id }) => id)
    assert.deepEqual(packed.sort(), items.map(({ id }) => id).sort())
  })

  it('refuses what it does not know', async () => {
    assert.equal(await refused('POST', '/v1/retrieve', ask({ conversation: 'conv-42' })), '400 invalid_request')
    assert.equal(await refused('POST', '/v1/retrieve', ask({ refresh: true })), '400 invalid_request')
    assert.equal(await refused('POST', '/v1/retrieve', ask({ budget: { tokens: 100, max_items: 51 } })), '400 invalid_request')
    assert.equal(await refused('POST', '/v1/retrieve', ask({ index: 'nowhere' })), '404 index_not_found')
    assert.equal(await refused('POST', '/v1/retrieve', ask({ intent: 'sing' })), '400 unknown_intent')
    assert.equal(await refused('POST', '/v1/retrieve', ask({ budget: { tokens: 100, tokenizer: 'morse' } })), '400 unknown_tokenizer')
    assert.equal(await refused('POST', '/v1/indexes', { name: 'x', profile: 'huge' }), '400 unknown_profile')
    assert.equal(await refused('GET', '/v1/nothing'), '404 not_found')
    assert.equal(await refused('PUT', '/v1/documents'), '405 method_not_allowed')
  })

  it('lists, shows and deletes documents, whatever their ids', async () => {
    const page = await send<{ documents: { id: string }[]; next: string | null }>('GET', '/v1/documents?index=docs&limit=2')
    const rest = await send<{ documents: { id: string }[]; next: string | null }>(
      'GET',
      `/v1/documents?index=docs&limit=2&after=${encodeURIComponent(page.json.next ?? '')}`,
    )
    assert.deepEqual([...page.json.documents, ...rest.json.documents].map(({ id }) => id).sort(), DOCUMENTS.map(({ id }) => id).sort())
    assert.equal(rest.json.next, null)
    const odd = ['a/b/c', '%2e', '%2F', '..a', 'a+b', 'a b?c#d', '東京', '👩‍👩‍👧', "'; DROP TABLE chunks; --", '\\', '*', '~', 'batch']
    const documents = odd.map((id) => ({ id, content: `Text of ${id}` }))
    await send('POST', '/v1/documents', { index: 'docs', documents, wait: true })
    for (const id of odd) {
      const path = `/v1/documents/${encodeURIComponent(id)}`
      assert.equal((await send<{ id: string }>('GET', `${path}?index=docs`)).json.id, id)
      assert.equal((await send<string>('GET', `${path}/text?index=docs`)).json, `Text of ${id}`)
      assert.equal((await send('DELETE', `${path}?index=docs`)).status, 200, id)
      assert.equal(await refused('DELETE', `${path}?index=docs`), '404 document_not_found')
    }
    const { json } = await send<{ ok: boolean }>('POST', '/v1/indexes/docs/verify')
    assert.equal(json.ok, true)
  })

  it('takes a batch line by line, and a bad document fails alone', async () => {
    await send('POST', '/v1/indexes', { name: 'batch' })
    const lines = [{ id: 'a', content: 'One.' }, 'nonsense', { id: 'b', content: 'x'.repeat(5001) }, { id: 'c', content: 'Three.' }]
    const body = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')
    const response = await fetch(`${service.url}/v1/documents/batch?index=batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body,
    })
    const answers = (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; id: string; status: string; error: Problem | null; documents: unknown })
    const became = answers.filter(({ type }) => type === 'document').map(({ id, status, error }) => `${id} ${error?.code ?? status}`)
    assert.deepEqual(became.sort(), ['a new', 'b document_too_large', 'c new', 'line 2 invalid_document'])
    assert.deepEqual(answers.at(-1)?.documents, { new: 2, changed: 0, unchanged: 0, failed: 2 })
    const inline = await send<{ documents: { id: string; error: Problem | null }[] }>('POST', '/v1/documents', {
      index: 'batch',
      documents: [
        { id: 'd', content: 'x'.repeat(5001) },
        { id: 'e', content: 'Five.' },
      ],
      wait: true,
    })
    assert.deepEqual(inline.json.documents.map(({ id, error }) => `${id} ${error?.code ?? 'ok'}`).sort(), ['d document_too_large', 'e ok'])
  })

  it('books what was asked, by every dimension', async () => {
    await retrieve({ feature: 'support-bot' })
    const sums = await send<{ usage: { group: Record<string, string>; requests: number; context_tokens: number }[] }>(
      'GET',
      '/v1/usage?by=feature,intent,day,profile,cohort',
    )
    const booked = sums.json.usage.find(({ group }) => group['feature'] === 'support-bot')
    assert.ok(booked !== undefined && booked.requests === 1 && booked.context_tokens > 0)
    assert.equal(booked.group['cohort'], 'default')
    const { config } = (await retrieve()).receipt
    const diff = await send<{ before: { requests: number }; after: { requests: number } }>(
      'GET',
      `/v1/usage/diff?before=default&after=${config}`,
    )
    assert.ok(diff.json.before.requests > 0 && diff.json.after.requests > 0)
    assert.equal(await refused('GET', '/v1/usage/diff?before=default&after=nothing'), '404 not_found')
  })

  it('says how it is and what it offers, without asking anybody else', async () => {
    await retrieve()
    const metrics = (await send<string>('GET', '/metrics')).json
    for (const name of ['ration_stage_seconds', 'ration_retrieve_seconds', 'ration_context_tokens', 'ration_outcomes_total'])
      assert.match(metrics, new RegExp(`^${name}`, 'm'))
    const openapi = await send<{ openapi: string; paths: Record<string, unknown> }>('GET', '/openapi.json')
    assert.ok(openapi.json.openapi.startsWith('3.') && '/v1/retrieve' in openapi.json.paths)
    const page = (await send<string>('GET', '/docs/')).json
    for (const [, address] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      assert.ok(!/^(?:https?:)?\/\//.test(String(address)), `${address} is on the network`)
      assert.equal((await fetch(new URL(String(address), `${service.url}/docs/`))).status, 200, address)
    }
  })

  it('stops working for a client that has gone', async () => {
    const client = request(`${service.url}/v1/retrieve`, { method: 'POST', headers: { 'content-type': 'application/json' } })
    client.on('error', () => undefined)
    client.end(JSON.stringify(ask({ mode: 'thorough', query: 'compare keys, deadlines and budgets '.repeat(500) })))
    await new Promise((resolve) => setTimeout(resolve, 5))
    client.destroy()
    assert.equal((await retrieve()).outcome, 'ok')
  })

  it('answers a hundred at once, or says that it is too busy', async () => {
    const budgets = Array.from({ length: 100 }, (_, i) => 1 + i * 5)
    const answers = await Promise.all(
      budgets.map((tokens) => send<WireAnswer & Problem>('POST', '/v1/retrieve', ask({ budget: { tokens } }))),
    )
    const answered = answers.filter(({ status }) => status === 200)
    assert.ok(answered.length >= 64, 'as many as are worked on at a time')
    for (const { json } of answered) assert.ok(json.usage.context_tokens <= json.usage.budget_tokens)
    for (const { status, json } of answers) assert.ok(status === 200 || json.code === 'too_busy', json.code)
  })

  it('finishes in order at SIGTERM', async () => {
    service.process.kill('SIGTERM')
    const { code, out, err } = await service.end
    assert.deepEqual([code, err], [0, ''])
    const lines = out
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('{"url":'))
      .map((line) => JSON.parse(line) as { level: string })
    assert.ok(lines.length > 100 && lines.every(({ level }) => level === 'info'))
    assert.ok(!out.includes('rotate an API key'), 'questions are not logged')
  })
})
