import assert from 'node:assert/strict'
import { test } from 'node:test'
import { command } from '../../indexes/command.ts'
import { InvariantError } from '../../src/core/errors.ts'
import type { IndexName, IndexVersion } from '../../src/core/ids.ts'
import type { CommandTools } from '../../src/core/ports/command.ts'
import { indexToWire } from '../../src/http/wire/index-declaration.ts'

/** Answers by `METHOD path` and remembers what was asked and printed. */
function tools(answers: Readonly<Record<string, unknown>>, json = false) {
  const asked: unknown[] = []
  const printed: unknown[] = []
  const unused = () => {
    throw new InvariantError('not used by this command')
  }
  const terminal: CommandTools['terminal'] = {
    json,
    print: (text) => printed.push(text),
    printJson: (value) => printed.push(value),
    warn: (text) => printed.push(`! ${text}`),
    table: (head, rows) => printed.push([head, ...rows]),
    progress: unused,
  }
  const request = (method: string, path: string, body?: unknown) => {
    asked.push(body === undefined ? `${method} ${path}` : [`${method} ${path}`, body])
    return Promise.resolve(answers[`${method} ${path}`])
  }
  const given: CommandTools = {
    terminal,
    signal: new AbortController().signal,
    api: () => Promise.resolve({ request, stream: unused }),
    engine: unused,
    configuration: unused,
    serve: unused,
    run: unused,
    restore: unused,
  }
  return { given, asked, printed }
}

async function run(name: string, args: string[], options: Record<string, string | boolean>, on: ReturnType<typeof tools>) {
  const found = command.subcommands?.find((each) => each.name === name)
  return await found?.run?.({ arguments: args, options }, on.given)
}

test('create sends the declaration', async () => {
  const on = tools({})
  assert.equal(await run('create', ['docs'], { field: 'product:keyword, updated:date', language: 'German' }, on), 0)
  assert.deepEqual(on.asked, [['POST /v1/indexes', { name: 'docs', fields: { product: 'keyword', updated: 'date' }, language: 'German' }]])
  const all = tools({})
  await run('create', ['docs'], { profile: 'fast', unit: 'document', encodings: 'o200k_base, cl100k_base' }, all)
  const declared = { name: 'docs', profile: 'fast', unit: 'document', encodings: ['o200k_base', 'cl100k_base'] }
  assert.deepEqual(all.asked, [['POST /v1/indexes', declared]])
})

test('list prints a table, or one JSON value', async () => {
  const index = indexToWire({
    declaration: { name: 'docs' as IndexName, profile: 'fast', language: 'English', encodings: [], fields: {}, unit: 'chunk' },
    version: 'v1' as IndexVersion,
    revision: 3,
    content: '',
    counts: { documents: 2, chunks: 5 },
    bytes: 1_250_000,
    embedder: { name: 'e', fingerprint: 'e@1', space: 'e', dimensions: 4 },
    calibration: null,
    createdAt: '',
  })
  const people = tools({ 'GET /v1/indexes': { indexes: [index] } })
  assert.equal(await run('list', [], {}, people), 0)
  assert.deepEqual((people.printed[0] as unknown[])[1], ['docs', 'fast', 'English', 'v1', '3', '2', '5', '1.3'])
  const machine = tools({ 'GET /v1/indexes': { indexes: [index] } }, true)
  await run('list', [], {}, machine)
  assert.deepEqual(machine.printed, [{ indexes: [index] }])
})

test('verify exits 1 where a check failed, and names the problem', async () => {
  const checks = [
    { name: 'counts', ok: true, checked: 9, problems: [] },
    { name: 'spans', ok: false, checked: 5, problems: ['chunk x is not its span'] },
  ]
  const on = tools({ 'POST /v1/indexes/docs/verify': { ok: false, checks } })
  assert.equal(await run('verify', ['docs'], {}, on), 1)
  assert.equal(on.printed.at(-1), '! spans: chunk x is not its span')
  assert.equal(await run('verify', ['docs'], {}, tools({ 'POST /v1/indexes/docs/verify': { ok: true, checks: [] } })), 0)
})

test('delete wants --yes, and escapes the name', async () => {
  const on = tools({})
  assert.equal(await run('delete', ['a/b'], {}, on), 2)
  assert.deepEqual(on.asked, [])
  assert.equal(await run('delete', ['a/b'], { yes: true }, on), 0)
  assert.deepEqual(on.asked, ['DELETE /v1/indexes/a%2Fb'])
})

test('show prints the answer', async () => {
  const on = tools({ 'GET /v1/indexes/docs': { name: 'docs' } })
  assert.equal(await run('show', ['docs'], {}, on), 0)
  assert.match(String(on.printed[0]), /"name": "docs"/)
})
