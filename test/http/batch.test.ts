import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Client } from 'undici'
import { AppError } from '../../src/core/errors.ts'
import { memoryIngester, MemoryIndexes } from './fake-indexes.ts'
import { until } from './fixture.ts'
import { BATCH, collect, from, never, openSocket } from './socket-fixture.ts'

test('a batch is answered line by line, then with the report', async (t) => {
  const { api, ledger, lines } = await openSocket(t)
  const answers = await collect(
    api.stream(
      BATCH,
      from([
        { id: 'a', content: 'x' },
        { id: 'b', content: 'bad' },
        { id: 'c', content: 'y', media_type: 'text/plain', metadata: { k: 1 } },
      ]),
      never,
    ),
  )
  assert.deepEqual(answers, [
    { type: 'document', id: 'a', status: 'new', chunks: 1, error: null, warnings: [] },
    { type: 'document', id: 'b', status: 'failed', chunks: 0, error: { code: 'invalid_document', message: 'It is bad' }, warnings: [] },
    { type: 'document', id: 'c', status: 'new', chunks: 1, error: null, warnings: [] },
    {
      type: 'report',
      documents: { new: 2, changed: 0, unchanged: 0, failed: 1 },
      chunks: 2,
      redundant_chunks: { exact: 0, near: 0, boilerplate: 0 },
      duplicate_chunks: 0,
      cached_chunks: 0,
      embedded_chunks: 2,
      embed_tokens: 20,
      cut_chunks: 0,
      stored_bytes: 200,
      revision: 1,
      ms: 1,
    },
  ])
  assert.deepEqual(
    ledger.rows.map(({ kind, embedTokens, tenant, key }) => [kind, embedTokens, tenant, key]),
    [['ingest', 20, 'default', null]],
  )
  await until(() => lines.length === 1)
  assert.equal(lines[0]?.fields['outcome'], 'some_failed')
})

test('a line that cannot be read is a failed document, and the rest goes on', async (t) => {
  const { socketPath } = await openSocket(t, { settings: { batchLineBytes: 60, jsonDepth: 8 } })
  const client = new Client('http://localhost', { socketPath })
  t.after(() => client.close())
  const body = Buffer.concat([
    Buffer.from('\ufeff{"id":"a","content":"x"}\r\n\n  \n'),
    Buffer.from('{"id":\n[1]\n{"id":"b"}\n{"id":"c","content":"x","extra":1}\n'),
    Buffer.from([0x22, 0xff, 0x22, 0x0a]),
    Buffer.from(`{"id":"d","content":"${'x'.repeat(60)}"}\n`),
    Buffer.from(`${'['.repeat(20)}${']'.repeat(20)}\n{"id":"e","content":"x"}`),
  ])
  const response = await client.request({ method: 'POST', path: BATCH, body, headers: { 'content-type': 'application/x-ndjson' } })
  const answers = (await response.body.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id?: string; error?: { code: string }; documents?: unknown })
  assert.deepEqual(
    answers.map(({ id, error, documents }) => documents ?? [id, error?.code]),
    [
      ['a', undefined],
      ['line 4', 'invalid_document'],
      ['line 5', 'invalid_document'],
      ['line 6', 'invalid_document'],
      ['line 7', 'invalid_document'],
      ['line 8', 'invalid_document'],
      ['line 9', 'document_too_large'],
      ['line 10', 'invalid_document'],
      ['e', undefined],
      { new: 2, changed: 0, unchanged: 0, failed: 7 },
    ],
  )
})

test('what is known to be wrong beforehand is refused with its status', async (t) => {
  const { api, socketPath } = await openSocket(t)
  await assert.rejects(collect(api.stream('/v1/documents/batch?index=none', from([{ id: 'a', content: 'x' }]), never)), {
    name: 'AppError',
    code: 'index_not_found',
  })
  await assert.rejects(collect(api.stream('/v1/documents/batch?inex=none', from([]), never)), { code: 'invalid_request' })
  const client = new Client('http://localhost', { socketPath })
  t.after(() => client.close())
  const response = await client.request({
    method: 'POST',
    path: '/v1/documents/batch?index=none',
    body: '{}',
    headers: { 'content-type': 'application/x-ndjson' },
  })
  assert.deepEqual([response.statusCode, ((await response.body.json()) as { code: string }).code], [404, 'index_not_found'])
})

test('an error in the middle is the last line, and an AppError at the client', async (t) => {
  const ingester = {
    async load(_tenant: unknown, _index: unknown, source: AsyncIterable<{ id: never }>, events: { document(result: unknown): void }) {
      for await (const { id } of source) {
        events.document({ id, status: 'new', chunks: 1, error: null, warnings: [] })
        throw new AppError('storage_full', 'The disk is full', { path: '/data' })
      }
      throw new Error('unreachable')
    },
  }
  const { api, lines } = await openSocket(t, { ports: { ingester: ingester as never } })
  const seen: unknown[] = []
  const endless = (async function* () {
    for (let i = 0; ; i += 1) yield await Promise.resolve({ id: `d${i}`, content: 'x'.repeat(10_000) })
  })()
  await assert.rejects(
    async () => {
      for await (const line of api.stream(BATCH, endless, never)) seen.push(line)
    },
    (error: unknown) => error instanceof AppError && error.code === 'storage_full' && error.details['path'] === '/data',
  )
  assert.equal(seen.length, 1)
  await until(() => lines.length === 1)
  assert.equal(lines[0]?.fields['code'], 'storage_full')
})

test('both directions flow at the pace of the slower side', async (t) => {
  const indexes = new MemoryIndexes()
  const pulled = { pulled: 0 }
  const { api } = await openSocket(t, { ports: { indexes, ingester: memoryIngester(indexes, pulled) } })
  let sent = 0
  const total = 3000
  const source = (async function* () {
    // Long ids make long answers: nobody reads them, so the server has to stop reading too.
    for (; sent < total; sent += 1) yield await Promise.resolve({ id: `${sent}-${'x'.repeat(500)}`, content: 'y'.repeat(5000) })
  })()
  const answers = api.stream(BATCH, source, never)
  const iterator = answers[Symbol.asyncIterator]()
  await iterator.next()
  let before = -1
  while (before !== sent) {
    before = sent
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  assert.ok(sent < total, `${sent} documents were sent while nobody read the answers`)
  let read = 1
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) read += 1
  assert.deepEqual([read, pulled.pulled], [total + 1, total])
})

test('a client that goes away stops the ingest; what was reported stands', async (t) => {
  const { api, indexes, lines, ledger } = await openSocket(t)
  let closed = false
  const source = (async function* () {
    try {
      for (let i = 0; ; i += 1) yield await new Promise((resolve) => setTimeout(() => resolve({ id: `d${i}`, content: 'x' }), 1))
    } finally {
      closed = true
    }
  })()
  const reported: string[] = []
  for await (const line of api.stream(BATCH, source, never)) {
    reported.push((line as { id: string }).id)
    if (reported.length === 5) break
  }
  await until(() => closed && lines.length === 1)
  const documents = [...indexes.stored.values()][0]?.documents
  assert.ok(reported.every((id) => documents?.has(id as never)))
  assert.deepEqual([lines[0]?.fields['status'], ledger.rows.length], [499, 0])
})

test('Ctrl-C at the client is cancelled, and an error of the source is the error of the source', async (t) => {
  const { api } = await openSocket(t)
  const interrupt = new AbortController()
  const source = (async function* () {
    yield await Promise.resolve({ id: 'a', content: 'x' })
    await new Promise(() => undefined)
  })()
  await assert.rejects(
    async () => {
      for await (const line of api.stream(BATCH, source, interrupt.signal)) if (line !== null) interrupt.abort()
    },
    { code: 'cancelled' },
  )
  const broken = (async function* () {
    yield await Promise.resolve({ id: 'a', content: 'x' })
    throw new Error('the file is gone')
  })()
  await assert.rejects(collect(api.stream(BATCH, broken, never)), { message: 'the file is gone' })
})

test('a client that sends nothing for too long is told so', async (t) => {
  const { api } = await openSocket(t, { settings: { batchIdleMs: 50 } })
  const silent = (async function* () {
    yield await Promise.resolve({ id: 'a', content: 'x' })
    await new Promise(() => undefined)
  })()
  await assert.rejects(collect(api.stream(BATCH, silent, never)), { code: 'deadline_exceeded' })
})

test('so many batches at a time', async (t) => {
  const { api, lines } = await openSocket(t, { settings: { maxBatches: 1 } })
  const gate = Promise.withResolvers<undefined>()
  const slow = (async function* () {
    yield await Promise.resolve({ id: 'a', content: 'x' })
    await gate.promise
  })()
  const first = api.stream(BATCH, slow, never)[Symbol.asyncIterator]()
  await first.next()
  await assert.rejects(collect(api.stream(BATCH, from([]), never)), { code: 'too_busy' })
  gate.resolve(undefined)
  await first.next()
  assert.equal((await first.next()).done, true)
  await until(() => lines.length === 2)
  assert.equal((await collect(api.stream(BATCH, from([]), never))).length, 1)
})

test('a batch that is refused gives its slot back', async (t) => {
  const { api } = await openSocket(t, { settings: { maxBatches: 1 } })
  for (let tries = 0; tries < 3; tries += 1) {
    await assert.rejects(collect(api.stream('/v1/documents/batch?index=none', from([]), never)), { code: 'index_not_found' })
  }
  assert.equal((await collect(api.stream(BATCH, from([]), never))).length, 1)
})
