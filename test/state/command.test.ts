import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, CommandTools } from '../../src/core/ports/command.ts'
import { commands } from '../../src/state/command.ts'

interface Request {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** Tools whose service answers every request with `answer`, and what the command asked and printed. */
function tools(answer: unknown, json = false) {
  const asked: Request[] = []
  const printed: unknown[] = []
  const unused = () => Promise.reject(new Error('not for this command'))
  const given: CommandTools = {
    terminal: {
      json,
      print: (text) => printed.push(text),
      printJson: (value) => printed.push(value),
      warn: () => undefined,
      table: (head, rows) => printed.push([head, ...rows]),
      progress: () => ({ advance: () => undefined, stop: () => undefined }),
    },
    signal: new AbortController().signal,
    api: () =>
      Promise.resolve({
        request(method, path, body) {
          asked.push({ method, path, body })
          return Promise.resolve(answer)
        },
        stream: () => {
          throw new Error('not for this command')
        },
      }),
    engine: unused,
    run: unused,
    restore: unused,
    configuration: () => [],
    serve: unused,
  }
  return { given, asked, printed }
}

function command(...path: string[]): Command {
  let found: Command | undefined
  for (const name of path) found = (found === undefined ? commands : (found.subcommands ?? [])).find((each) => each.name === name)
  assert.ok(found?.run !== undefined, path.join(' '))
  return found
}

const key = {
  id: '0123456789abcdef',
  tenant: 'acme',
  scopes: ['retrieve'],
  label: 'bot',
  created_at: '2026-01-01T00:00:00.000Z',
  revoked_at: null,
}
const sum = {
  group: { feature: 'bot', day: '2026-01-01' },
  requests: 4,
  degraded: 1,
  budget_tokens: 4000,
  context_tokens: 2400,
  saved_tokens: 12345,
  embed_tokens: 32,
  rerank_pairs: 0,
  storage_bytes: 2_500_000,
  cost_usd: 0.0125,
  ms: 20.5,
  outcomes: { ok: 3, no_relevant_context: 1 },
}

test('key create asks for what was asked and shows the secret once', async () => {
  const { given, asked, printed } = tools({ key, secret: 'rk_secret' })
  const options = { scopes: 'retrieve, ingest', label: 'bot', tenant: undefined }
  assert.equal(await command('key', 'create').run?.({ arguments: [], options }, given), 0)
  assert.deepEqual(JSON.parse(JSON.stringify(asked)), [
    { method: 'POST', path: '/v1/keys', body: { scopes: ['retrieve', 'ingest'], label: 'bot' } },
  ])
  assert.equal(JSON.stringify(printed).split('rk_secret').length, 2)
})

test('key list and revoke', async () => {
  const list = tools({ keys: [key] })
  await command('key', 'list').run?.({ arguments: [], options: {} }, list.given)
  assert.match(JSON.stringify(list.printed), /0123456789abcdef.*acme.*bot/)
  const empty = tools({ keys: [] })
  await command('key', 'list').run?.({ arguments: [], options: {} }, empty.given)
  assert.match(String(empty.printed[0]), /no keys/)
  const revoke = tools({ key: { ...key, revoked_at: '2026-01-02T00:00:00.000Z' } })
  await command('key', 'revoke').run?.({ arguments: ['a/b'], options: {} }, revoke.given)
  assert.equal(revoke.asked[0]?.path, '/v1/keys/a%2Fb')
  assert.match(String(revoke.printed[0]), /2026-01-02/)
})

test('usage sums by the dimensions asked for', async () => {
  const { given, asked, printed } = tools({ usage: [sum] })
  await command('usage').run?.({ arguments: [], options: { by: 'feature,day', from: '2026-01-01' } }, given)
  assert.equal(asked[0]?.path, '/v1/usage?by=feature%2Cday&from=2026-01-01')
  const [[head, row] = []] = printed as string[][][]
  assert.deepEqual(head?.slice(0, 3), ['feature', 'day', 'requests'])
  assert.deepEqual(row, [
    'bot',
    '2026-01-01',
    '4',
    '1',
    '2,400',
    '12,345',
    '32',
    '0',
    '2.5 MB',
    '$0.0125',
    '20.5',
    'ok 3, no_relevant_context 1',
  ])
})

test('usage diff says what changed, outcomes as shares of their requests', async () => {
  const after = { ...sum, requests: 2, context_tokens: 1200, degraded: 0, cost_usd: 0, outcomes: { ok: 2 } }
  const { given, asked, printed } = tools({ before: sum, after })
  await command('usage', 'diff').run?.({ arguments: ['docs@v1', 'docs@v2'], options: {} }, given)
  assert.equal(asked[0]?.path, '/v1/usage/diff?before=docs%40v1&after=docs%40v2')
  const rows = new Map((printed as string[][][])[0]?.map(([label = '', ...cells]) => [label, cells]))
  assert.deepEqual(rows.get('context tokens'), ['2,400', '1,200', '-50 %'])
  assert.deepEqual(rows.get('cost'), ['$0.0125', '$0', '-100 %'])
  assert.deepEqual(rows.get('outcome ok'), ['75 %', '100 %', '+33.33 %'])
  assert.deepEqual(rows.get('outcome no_relevant_context'), ['25 %', '0 %', '-100 %'])
  assert.deepEqual(rows.get('rerank pairs'), ['0', '0', ''])
})

test('--json prints exactly what the service answered', async () => {
  for (const [path, answer] of [
    [['key', 'create'], { key, secret: 'rk_secret' }],
    [['key', 'list'], { keys: [] }],
    [['key', 'revoke'], { key }],
    [['usage'], { usage: [] }],
    [['usage', 'diff'], { before: sum, after: sum }],
  ] as const) {
    const { given, printed } = tools(answer, true)
    await command(...path).run?.({ arguments: [], options: { scopes: 'admin', by: 'day' } }, given)
    assert.deepEqual(printed, [answer])
  }
})
