import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { command } from '../../ingest/command.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Api, CommandTools } from '../../src/core/ports/command.ts'

const REPORT = { chunks: 2, duplicate_chunks: 0, embedded_chunks: 2, embed_tokens: 9, cut_chunks: 0, revision: 1, ms: 10 }

/** Keeps to the wire of POST /v1/documents/batch: a line for each document, then the report. `bad` fails by the name of its line. */
function service(existing: Readonly<Record<string, unknown>> | null) {
  const requests: { method: string; path: string; body: unknown }[] = []
  const received: Record<string, unknown>[] = []
  const api: Api = {
    async request(method, path, body) {
      requests.push({ method, path, body })
      if (method === 'GET' && existing === null) throw new AppError('index_not_found', 'There is none')
      return Promise.resolve(existing)
    },
    async *stream(path, lines) {
      requests.push({ method: 'POST', path, body: null })
      const documents = { new: 0, changed: 0, unchanged: 0, failed: 0 }
      for await (const line of lines as AsyncIterable<Record<string, unknown>>) {
        received.push(line)
        const status = String(line['id']).includes('bad') ? 'failed' : 'new'
        documents[status]++
        const error = status === 'failed' ? { code: 'invalid_document', message: 'no text' } : null
        yield { type: 'document', id: status === 'failed' ? `line ${received.length}` : line['id'], status, chunks: 1, error }
      }
      yield { type: 'report', documents, ...REPORT }
    },
  }
  return { api, requests, received }
}

async function run(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  { options = {}, existing = null as Readonly<Record<string, unknown>> | null, json = false, stopAfter = Infinity } = {},
) {
  const root = await mkdtemp(join(tmpdir(), 'ration-command-'))
  context.after(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'docs'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, 'docs', name), content)
  const { api, requests, received } = service(existing)
  const controller = new AbortController()
  const [printed, warned] = [[] as unknown[], [] as string[]]
  let [advanced, total] = [0, null as number | null]
  const tools = {
    terminal: {
      json,
      print: (text: string) => printed.push(text),
      printJson: (value: unknown) => printed.push(JSON.parse(JSON.stringify(value))),
      warn: (text: string) => warned.push(text),
      table: (head: readonly string[], rows: readonly (readonly string[])[]) =>
        printed.push(Object.fromEntries(head.map((name, i) => [name, rows[0]?.[i]]))),
      progress: (_label: string, all: number | null) => {
        total = all
        return {
          advance: (by: number) => {
            advanced += by
            if (advanced >= stopAfter) controller.abort()
          },
          stop: () => undefined,
        }
      },
    },
    signal: controller.signal,
    api: () => Promise.resolve(api),
    configuration: () => [
      { path: 'ingest.document_bytes', value: 1000, source: 'default' },
      { path: 'defaults.index', value: 'default', source: 'default' },
    ],
  } as unknown as CommandTools
  const code = await command.run?.({ arguments: [join(root, 'docs')], options }, tools)
  return { code, printed, warned, requests, received, advanced, total }
}

test('creates the index, streams the documents and sums up', async (context) => {
  const { code, printed, requests, received, advanced, total } = await run(
    context,
    { 'a.md': '# A', 'b.txt': 'B' },
    { options: { profile: 'fast', field: 'product:keyword, updated:date' } },
  )
  assert.equal(code, 0)
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    ['GET /v1/indexes/default', 'POST /v1/indexes', 'POST /v1/documents/batch?index=default'],
  )
  assert.deepEqual(requests[1]?.body, { name: 'default', profile: 'fast', fields: { product: 'keyword', updated: 'date' } })
  assert.deepEqual(received[0], {
    id: 'docs/a.md',
    title: null,
    uri: 'docs/a.md',
    media_type: 'text/markdown',
    content: '# A',
    metadata: {},
  })
  assert.deepEqual([advanced, total], [2, 2])
  const [table] = printed as Record<string, string>[]
  assert.deepEqual([table?.['documents'], table?.['new'], table?.['failed'], table?.['chunks/s']], ['2', '2', '0', '200'])
})

test('failed documents are named with their reason, those that never left included, and the exit code says so', async (context) => {
  const { code, warned, printed } = await run(context, { 'a.md': 'A', 'bad.md': 'x', 'big.md': 'x'.repeat(1001) })
  assert.equal(code, 3)
  assert.equal((printed[0] as Record<string, string>)['failed'], '2')
  assert.match(warned.join('\n'), /2 documents failed .*docs\/bad\.md: invalid_document: no text.*docs\/big\.md: document_too_large/su)
})

test('names the first failures and counts the rest', async (context) => {
  const { warned } = await run(context, Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`bad${i}.md`, 'x'])))
  assert.equal(warned.length, 1 + 20 + 1)
  assert.match(warned.at(-1) ?? '', /5 more/u)
})

test('--json prints one value', async (context) => {
  const { printed, code } = await run(context, { 'a.md': 'A', 'bad.md': 'x' }, { json: true })
  assert.equal(code, 3)
  assert.deepEqual(printed, [
    {
      documents: { new: 1, changed: 0, unchanged: 0, failed: 1 },
      ...REPORT,
      failures: [{ id: 'docs/bad.md', code: 'invalid_document', message: 'no text' }],
      interrupted: false,
    },
  ])
})

test('an index that exists is filled; one with another declaration is refused', async (context) => {
  const existing = { profile: 'fast', fields: { b: 'date', a: 'keyword' }, unit: 'chunk' }
  const same = await run(context, { 'a.md': 'A' }, { existing, options: { profile: 'fast', field: 'a:keyword,b:date' } })
  assert.ok(!same.requests.some(({ path }) => path === '/v1/indexes'))
  await assert.rejects(run(context, { 'a.md': 'A' }, { existing, options: { profile: 'standard' } }), { code: 'index_exists' })
  await assert.rejects(run(context, { 'a.md': 'A' }, { options: { field: 'nonsense' } }), { code: 'invalid_request' })
})

test('Ctrl-C stops reading, lets the service finish, and says what is durable', async (context) => {
  const files = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`f${i}.md`, 'x']))
  const { code, received, warned } = await run(context, files, { stopAfter: 3 })
  assert.equal(code, 130)
  assert.equal(received.length, 3)
  assert.match(warned.at(-1) ?? '', /durable and searchable/u)
})
