import assert from 'node:assert/strict'
import { test } from 'node:test'
import { main } from '../../src/cli/main.ts'
import type { Command, Terminal } from '../../src/core/ports/command.ts'
import { command } from '../../src/pipeline/command.ts'
import { printAnswer, type WireAnswer } from '../../src/pipeline/print-answer.ts'

const ANSWER: WireAnswer = {
  outcome: 'ok',
  context: '# Keys\n[1] Rotate a key.\n',
  items: [
    { citation: '[1]', title: 'Keys', heading: 'Rotation', kind: 'sentences', tokens: 12, score: 0.91, also: [{}] },
    { citation: '[2]', title: 'Keys', heading: '', kind: 'chunk', tokens: 30, score: 0.5, also: [] },
  ],
  dropped: ['low_value', 'duplicate', 'low_value'].map((reason) => ({ doc: 'old.md', tokens: 40, score: 0.1, reason })),
  intent: { label: 'how_to', confidence: 0.9 },
  confidence: 0.8,
  min_tokens: null,
  next: [{ tokens: 200, gain: 0.0712, adds: ['c3', 'c4'] }],
  hints: [],
  usage: {
    tokenizer: 'o200k_base',
    budget_tokens: 800,
    context_tokens: 60,
    evidence_tokens: 42,
    heading_tokens: 8,
    citation_tokens: 6,
    template_tokens: 4,
    candidate_tokens: 900,
    saved_tokens: 440,
    redundant_share: 0.126,
    cost_usd: 0,
  },
  session: { name: 'conv-42', turns: 3, tokens_used: 500, tokens_left: 1500, expires_at: '2026-11-22T00:00:00.000Z' },
  rules: [{ name: 'law', version: '7', effect: 'pin', documents: ['a.md', 'b.md'] }],
  stages: [{ name: 'pack', status: 'ok', ms: 1.234, in: 3, out: 2, reason: null }],
  degraded: false,
  receipt: { index: 'docs', reranker: null },
}

/** Runs `ration retrieve …` up to what it sends. */
async function sent(...argv: string[]) {
  const calls: { readonly body: unknown; readonly headers: Readonly<Record<string, string>> }[] = []
  const overWire: Command = {
    ...command,
    run: async (input, tools) => {
      assert.ok(command.run !== undefined)
      const request = (_method: string, _path: string, body: unknown, headers = {}) => {
        calls.push({ body, headers })
        return Promise.resolve(ANSWER)
      }
      return command.run(input, { ...tools, api: () => Promise.resolve({ request, stream: () => assert.fail() }) })
    },
  }
  let err = ''
  const output = { stdout: { write: () => undefined }, stderr: { write: (text: string) => void (err += text) } }
  const code = await main(['retrieve', ...argv], { commands: [overWire], ...output, signal: new AbortController().signal })
  return { code, err, body: calls[0]?.body, headers: calls[0]?.headers }
}

test('what is not said is not sent', async () => {
  const { body, headers } = await sent('why?')
  assert.deepEqual(body, { query: 'why?', budget: { tokens: 1500 } })
  assert.deepEqual(headers, {})
})

test('every flag becomes a field of the request', async () => {
  const { body, headers } = await sent(
    ...['why?', '--budget', 'auto', '--window', '8000', '--reserve', 'system=600, history=2000', '--model', 'gpt-4o'],
    ...['--max-items', '5', '--per-document', '0.5', '--per-source', '0.7', '--require', 'a.md, b.md', '--filter', '{"eq":["a",1]}'],
    ...['--session', 's', '--session-tokens', '900', '--refresh', '--retry-key', 'k1', '--no-excerpts', '--notice', '--explain'],
    ...['--index', 'docs', '--mode', 'quick', '--intent', 'lookup', '--render', 'xml', '--deadline', '500', '--feature', 'bot'],
  )
  assert.deepEqual(body, {
    query: 'why?',
    budget: {
      ...{ tokens: 'auto', model: 'gpt-4o', window: 8000, reserve: { system: 600, history: 2000 } },
      ...{ max_items: 5, per_document: 0.5, per_source: 0.7 },
    },
    require: ['a.md', 'b.md'],
    filters: { eq: ['a', 1] },
    ...{ session: 's', session_tokens: 900, refresh: true, excerpts: false, notice: true, explain: true },
    ...{ index: 'docs', mode: 'quick', intent: 'lookup', render: 'xml', deadline_ms: 500, feature: 'bot' },
  })
  assert.deepEqual(headers, { 'idempotency-key': 'k1' })
  assert.deepEqual((await sent('q', '--excerpts')).body, { query: 'q', budget: { tokens: 1500 }, excerpts: true })
})

test('a request of a session can always be sent again', async () => {
  const keys = await Promise.all([sent('q', '--session', 's'), sent('q', '--session', 's')])
  const [first, second] = keys.map(({ headers }) => headers?.['idempotency-key'])
  assert.match(String(first), /^[0-9a-f-]{36}$/)
  assert.notEqual(first, second)
})

test('what cannot be meant is refused before it is sent', async () => {
  for (const argv of [
    ['--budget', 'all'],
    ['--window', ''],
    ['--reserve', 'system'],
    ['--reserve', 'system=600,'],
    ['--reserve', 'system=many'],
    ['--reserve', '=600'],
    ['--filter', '{'],
    ['--session-tokens', 'x'],
  ]) {
    const { code, err, body } = await sent('q', ...argv)
    assert.deepEqual([code, body], [2, undefined], argv.join(' '))
    assert.match(err, new RegExp(`^invalid_request: ${argv[0] ?? ''}`), argv.join(' '))
  }
})

/** Everything printed, tables as rows of cells. */
function printed(answer: WireAnswer) {
  const lines: string[] = []
  const tables: Record<string, readonly (readonly string[])[]> = {}
  const terminal = {
    print: (text: string) => void lines.push(text),
    table: (head: readonly string[], rows: readonly (readonly string[])[]) => void (tables[head.join(' | ')] = rows),
  }
  printAnswer(terminal as unknown as Terminal, answer)
  return { lines, tables }
}

test('the receipt is printed whole', () => {
  const { lines, tables } = printed(ANSWER)
  assert.deepEqual(lines, [
    '# Keys\n[1] Rotate a key.\n',
    'ok: 60 of 800 tokens (o200k_base): 42 evidence, 8 headings, 6 citations, 4 template',
    '440 tokens saved, 13 % of 900 candidate tokens redundant; intent how_to (0.90), confidence 0.80, $0.000000',
    'session conv-42: turn 3, 500 tokens used, 1500 left, until 2026-11-22T00:00:00.000Z',
    'dropped: 2 low_value, 1 duplicate',
  ])
  assert.deepEqual(tables, {
    'item | from | as | tokens | score | also in': [
      ['[1]', 'Keys › Rotation', 'sentences', '12', '0.91', '1'],
      ['[2]', 'Keys', 'chunk', '30', '0.50', ''],
    ],
    'dropped | document | tokens | score': [
      ['low_value', 'old.md', '40', '0.10'],
      ['duplicate', 'old.md', '40', '0.10'],
      ['low_value', 'old.md', '40', '0.10'],
    ],
    'more tokens | gain | passages': [['+200', '0.071', '2']],
    'rule | version | effect | documents': [['law', '7', 'pin', 'a.md, b.md']],
    'stage | status | ms | in | out | reason': [['pack', 'ok', '1.2', '3', '2', '']],
    'receipt | ': [
      ['index', 'docs'],
      ['reranker', '-'],
    ],
  })
})

test('an answer without context says why, what would do and what is near', () => {
  const empty = { ...ANSWER, context: '', items: [], dropped: [], next: [], rules: [], session: null }
  assert.equal(
    printed({ ...empty, outcome: 'budget_too_small', min_tokens: 57 }).lines[0],
    '(no context: budget_too_small, 57 tokens would do)',
  )
  const hints = [
    { doc: 'a.md', title: 'A' },
    { doc: 'b.md', title: 'B' },
  ]
  const { lines, tables } = printed({ ...empty, outcome: 'no_relevant_context', hints })
  assert.deepEqual(lines.slice(0, 2), ['(no context: no_relevant_context)', 'nearest: A (a.md), B (b.md)'])
  assert.deepEqual(Object.keys(tables), ['stage | status | ms | in | out | reason', 'receipt | '])
})

test('of many dropped candidates some are shown and all are counted', () => {
  const dropped = Array.from({ length: 11 }, () => ({ doc: 'd', tokens: 1, score: 0, reason: 'over_budget' }))
  const { lines, tables } = printed({ ...ANSWER, dropped })
  assert.ok(lines.includes('dropped: 11 over_budget'))
  const rows = tables['dropped | document | tokens | score'] ?? []
  assert.deepEqual([rows.length, rows.at(-1)], [9, ['…', '3 more', '', '']])
})

test('an explanation is a table: a line for each way to show each candidate', () => {
  const evidence = [
    { leg: 'vector', rank: 2, score: 0.51234 },
    { leg: 'fused', rank: 1, score: 1 },
  ]
  const { lines, tables } = printed({
    ...ANSWER,
    explain: {
      lexical_query: 'rotate key',
      vector_query: 'rotate a key',
      identifiers: ['rk_1'],
      intents: [{ label: 'how_to', confidence: 0.9, share: 1 }],
      facets: ['rotate', 'revoke'],
      follow_up: { carried: ['key'], from: 'what is a key?' },
      relevance: { probability: 0.81, threshold: 0.2, signals: { cosine: 0.5, lead: 0.125 } },
      candidates: [
        {
          ...{ id: '0123456789abcdef', doc: 'keys.md', value: 0.9, tokens: 40, fate: 'packed', step: 1, evidence },
          variants: [
            { kind: 'sentences', tokens: 12, gain: 0 },
            { kind: 'chunk', tokens: 40, gain: 0.25 },
          ],
        },
        { id: 'c2', doc: 'old.md', value: 0.1, tokens: 30, fate: 'low_value', step: null, evidence: [], variants: [] },
      ],
    },
  })
  assert.deepEqual(lines.slice(-8), [
    'carried over: key (from: what is a key?)',
    'searched: rotate key',
    'encoded: rotate a key',
    'identifiers: rk_1',
    'parts: rotate | revoke',
    'intents: how_to 0.90 (share 1.00)',
    'relevance: 0.81, answered from 0.20 (cosine 0.50, lead 0.13)',
    'candidates, with rank:score of each leg, and what each way to show them would add at the end:',
  ])
  assert.deepEqual(tables['candidate | lexical | vector | fused | rerank | value | fate | step | shown as | tokens | gain'], [
    ['keys.md 01234567', '', '2:0.512', '1:1.000', '', '0.900', 'packed', '1', 'sentences', '12', '0.000'],
    ['', '', '', '', '', '', '', '', 'chunk', '40', '0.250'],
    ['old.md c2', '', '', '', '', '0.100', 'low_value', '', 'chunk', '30', ''],
  ])
})
