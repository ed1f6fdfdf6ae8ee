import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { command } from '../../ingest/command.ts'
import type { LoadReport } from '../../ingest/command/report.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Api, CommandTools } from '../../src/core/ports/command.ts'

const REPORT = {
  chunks: 2,
  redundant_chunks: { exact: 0, near: 1, boilerplate: 0 },
  duplicate_chunks: 0,
  cached_chunks: 0,
  embedded_chunks: 2,
  embed_tokens: 9,
  cut_chunks: 0,
  revision: 1,
  ms: 10,
}

/** Keeps to the wire: `known` by the hashes of what was taken, a line for each document of a batch, then the report. `bad` fails by the name of its line. */
function service(existing: Readonly<Record<string, unknown>> | null, taken = new Map<string, string>()) {
  const requests: { method: string; path: string; body: unknown }[] = []
  const received: (Record<string, unknown> | undefined)[] = []
  const answer = (path: string, body: unknown): unknown => {
    if (path === '/v1/documents/known') {
      const { documents } = body as { documents: { id: string; source_hash: string }[] }
      const statusOf = (id: string, hash: string) => (!taken.has(id) ? 'new' : taken.get(id) === hash ? 'unchanged' : 'changed')
      const statuses = documents.map(({ id, source_hash }) => statusOf(id, source_hash))
      for (const { id, source_hash } of documents) taken.set(id, source_hash)
      return { statuses }
    }
    if (path === '/v1/documents/delete') {
      const { ids } = body as { ids: string[] }
      return { deleted: ids.filter((id) => taken.delete(id)).length, revision: 2 }
    }
    if (path.startsWith('/v1/documents?')) {
      const after = new URL(path, 'http://x').searchParams.get('after') ?? ''
      const ids = [...taken.keys()].filter((id) => id > after).sort()
      return {
        documents: ids.slice(0, 2).map((id) => ({ id, uri: id.includes('foreign') ? null : id })),
        next: ids.length > 2 ? ids[1] : null,
      }
    }
    return existing
  }
  const api: Api = {
    async request(method, path, body) {
      requests.push({ method, path, body })
      if (path.startsWith('/v1/indexes/') && existing === null) throw new AppError('index_not_found', 'There is none')
      return Promise.resolve(answer(path, body))
    },
    async *stream(path, lines) {
      requests.push({ method: 'POST', path, body: null })
      const documents = { new: 0, changed: 0, unchanged: 0, failed: 0 }
      for await (const line of lines as AsyncIterable<Record<string, unknown> | undefined>) {
        received.push(line)
        if (line === undefined) continue
        const status = String(line['id']).includes('bad') ? 'failed' : 'new'
        documents[status]++
        const error = status === 'failed' ? { code: 'invalid_document', message: 'no text' } : null
        yield {
          type: 'document',
          id: status === 'failed' ? `line ${received.length}` : line['id'],
          status,
          chunks: error === null ? 1 : 0,
          error,
          warnings: String(line['id']).includes('odd') ? ['2 invisible characters removed', 'not UTF-8'] : [],
        }
      }
      yield { type: 'report', documents, ...REPORT }
    },
  }
  return { api, requests, received }
}

async function run(
  context: TestContext,
  files: Readonly<Record<string, string>>,
  {
    options = {},
    existing = null as Readonly<Record<string, unknown>> | null,
    json = false,
    stopAfter = Infinity,
    taken = new Map<string, string>(),
    paths = ['docs'],
  } = {},
) {
  const root = await mkdtemp(join(tmpdir(), 'ration-command-'))
  context.after(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'docs'))
  for (const [name, content] of Object.entries(files)) await writeFile(join(root, 'docs', name), content)
  const { api, requests, received } = service(existing, taken)
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
      { path: 'parse.file_bytes', value: 1000, source: 'default' },
      { path: 'http.batch_line_bytes', value: 4000, source: 'default' },
      { path: 'http.metadata_bytes', value: 1000, source: 'default' },
      { path: 'usage.prices.embed_per_1m_tokens', value: 1000, source: 'default' },
      { path: 'defaults.index', value: 'default', source: 'default' },
    ],
  } as unknown as CommandTools
  const code = await command.run?.({ arguments: paths.map((path) => join(root, path)), options }, tools)
  return { code, printed, warned, requests, received, advanced, total, root }
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
    ['GET /v1/indexes/default', 'POST /v1/indexes', 'POST /v1/documents/known', 'POST /v1/documents/batch?index=default'],
  )
  assert.deepEqual(requests[1]?.body, { name: 'default', profile: 'fast', fields: { product: 'keyword', updated: 'date' } })
  assert.deepEqual(received[0], {
    id: 'docs/a.md',
    title: null,
    uri: 'docs/a.md',
    media_type: 'text/markdown',
    content_base64: 'IyBB',
    metadata: {},
  })
  assert.deepEqual([advanced, total], [2, 2])
  const [table] = printed as Record<string, string>[]
  assert.deepEqual([table?.['documents'], table?.['new'], table?.['failed'], table?.['chunks/s']], ['2', '2', '0', table?.['chunks/s']])
  assert.deepEqual(
    [table?.['duplicates'], table?.['near'], table?.['boilerplate']],
    ['0', '1', undefined],
    'kinds of which there are none are left out',
  )
  assert.equal(table?.['USD'], '0.0090')
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

test('documents with warnings are counted, the first are named, and the report has them', async (context) => {
  const files = Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`odd${i}.md`, 'x']))
  const { warned, code } = await run(context, { ...files, 'a.md': 'A' })
  assert.equal(code, 0)
  assert.equal(warned.length, 1 + 5 + 1)
  assert.match(warned.join('\n'), /7 documents have warnings:\n {2}docs\/odd0\.md: 2 invisible characters removed; not UTF-8\n.*2 more$/su)
  const { printed } = await run(context, { 'odd.md': 'x', 'a.md': 'A' }, { json: true })
  const [{ warned: count, warnings }] = printed as [LoadReport]
  assert.deepEqual([count, warnings], [1, [{ id: 'docs/odd.md', messages: ['2 invisible characters removed', 'not UTF-8'] }]])
})

test('a load that finds no document says so, and creates no index for it', async (context) => {
  const { warned, code } = await run(context, {}, { existing: {} })
  assert.equal(code, 0)
  assert.match(warned.join('\n'), /^No document was found/)
  for (const options of [{}, { dryRun: true }]) {
    await assert.rejects(run(context, {}, { options }), {
      code: 'invalid_request',
      message: /^No document was found.* default was not created/,
    })
  }
})

test('--json prints one value, --report writes the same', async (context) => {
  await assert.rejects(run(context, { 'a.md': 'A' }, { options: { report: '-' } }), { code: 'invalid_request' })
  const report = join(await mkdtemp(join(tmpdir(), 'ration-report-')), 'report.json')
  context.after(() => rm(dirname(report), { recursive: true, force: true }))
  const { printed, code } = await run(context, { 'a.md': 'A', 'bad.md': 'x' }, { json: true, options: { report } })
  assert.equal(code, 3)
  const [value] = printed as Record<string, unknown>[]
  assert.deepEqual(printed, [
    {
      index: 'default',
      dry_run: false,
      interrupted: false,
      removed: null,
      prune_refused: null,
      documents: { new: 1, changed: 0, unchanged: 0, failed: 1 },
      ...REPORT,
      chunks: 1,
      chunks_per_second: value?.['chunks_per_second'],
      cost_usd: 0.009,
      ms: value?.['ms'],
      failed_by_code: { invalid_document: 1 },
      failures: [{ id: 'docs/bad.md', code: 'invalid_document', message: 'no text' }],
      warned: 0,
      warnings: [],
    },
  ])
  assert.deepEqual(JSON.parse(await readFile(report, 'utf8')), value)
  await assert.rejects(run(context, { 'a.md': 'A' }, { options: { report: dirname(report) } }), { code: 'invalid_request' })
  const taken = new Map<string, string>()
  const options = { report: join(dirname(report), 'nowhere', 'report.json') }
  await assert.rejects(run(context, { 'a.md': 'A' }, { options, taken }), { code: 'invalid_request' })
  assert.equal(taken.size, 0, 'where there is no folder for the report, nothing is loaded')
})

test('what has not changed is not sent, and a long run of it keeps the connection alive', async (context) => {
  const taken = new Map<string, string>()
  const files = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`f${i}.md`, 'x']))
  await run(context, files, { taken })
  const { code, received, printed, advanced } = await run(context, { ...files, 'f0.md': 'y', 'g.md': 'z' }, { taken, json: true })
  assert.equal(code, 0)
  assert.deepEqual(
    received.filter((line) => line !== undefined).map((line) => line['id']),
    ['docs/f0.md', 'docs/g.md'],
  )
  assert.equal(received.length, 4)
  assert.equal((printed[0] as LoadReport).documents.unchanged, 249)
  assert.equal(advanced, 251)
  const idle = await run(context, { ...files, 'f0.md': 'y', 'g.md': 'z' }, { taken })
  assert.deepEqual(idle.received, [], 'no batch is opened for nothing, which would load a model')
  assert.ok(!idle.requests.some(({ path }) => path.includes('batch')))
})

test('--dry-run creates nothing and asks for a rehearsal', async (context) => {
  const { requests, printed, code } = await run(
    context,
    { 'a.md': 'A' },
    { options: { dryRun: true, prune: true, profile: 'fast', unit: 'document' } },
  )
  assert.equal(code, 0)
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    ['GET /v1/indexes/default', 'POST /v1/documents/batch?index=default&dry_run=true&profile=fast&unit=document'],
  )
  assert.match(String(printed[0]), /Nothing was changed/u)
  await assert.rejects(run(context, { 'a.md': 'A' }, { options: { dryRun: true, watch: true } }), { code: 'invalid_request' })
})

const stored = (...ids: readonly string[]) => new Map(ids.map((id) => [id, '']))

test('--prune removes what is gone from the folders, and nothing else', async (context) => {
  const taken = stored(
    'docs',
    'docs.md',
    'docs-old/x.md',
    'docs/foreign.md',
    'docs/gone.md',
    'docs/gone/x.md',
    'docs/a.md/x.md',
    'docsy/x.md',
    'other.md',
  )
  const { code, printed } = await run(context, { 'a.md': 'A', 'b.md': 'B' }, { taken, existing: {}, options: { prune: true, yes: true } })
  assert.equal(code, 0)
  assert.equal((printed[0] as Record<string, string>)['gone'], '3')
  assert.deepEqual([...taken.keys()].sort(), [
    'docs',
    'docs-old/x.md',
    'docs.md',
    'docs/a.md',
    'docs/b.md',
    'docs/foreign.md',
    'docsy/x.md',
    'other.md',
  ])
})

test('--prune wants a word where more than half is gone, and removes nothing where something could not be read', async (context) => {
  const ids = ['docs/1.md', 'docs/2.md']
  const most = stored(...ids)
  const refused = await run(context, { 'a.md': 'A' }, { taken: most, existing: {}, options: { prune: true } })
  assert.equal(refused.code, 1)
  assert.match(refused.warned.join('\n'), /2 of 3 documents are gone; add --yes/u)
  assert.equal(most.size, 3)
  const half = stored(...ids)
  assert.equal((await run(context, { 'a.md': 'A', 'b.md': 'B' }, { taken: half, existing: {}, options: { prune: true } })).code, 0)
  assert.equal(half.size, 2)
  const unsure = stored(...ids)
  const doubt = await run(context, { 'a.jsonl': 'no json' }, { taken: unsure, existing: {}, options: { prune: true, yes: true } })
  assert.equal(doubt.code, 1)
  assert.match(doubt.warned.join('\n'), /uncertain.*docs\/a\.jsonl:1/u)
  assert.equal(unsure.size, 2)
  const failing = stored(...ids, 'docs/bad.zip/x.md')
  await run(context, { 'bad.zip': 'x' }, { taken: failing, existing: {}, options: { prune: true, yes: true } })
  assert.deepEqual([...failing.keys()], ['docs/bad.zip/x.md', 'docs/bad.zip'], 'what stood in a file that cannot be read now stays')
  const tried = stored(...ids)
  const dry = await run(context, { 'a.md': 'A' }, { taken: tried, existing: {}, options: { prune: true, dryRun: true } })
  assert.equal((dry.printed[1] as Record<string, string>)['gone'], '2')
  assert.ok(tried.has('docs/1.md'))
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
