import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedQueue } from '../../indexes/bounded-queue.ts'
import { boundedQuery } from '../../indexes/full-text.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import { completeTop } from '../../indexes/ties.ts'
import { withinLimits } from '../../indexes/within-limits.ts'
import { indexes } from '../../src/config/sections/indexes.ts'
import { InvariantError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import {
  clock,
  declaration,
  docs,
  embedder,
  makeDocument,
  openRegistry,
  settings,
  temporaryDirectory,
  tenant,
  unitVector,
  unlimited,
} from '../contract/index-corpus.ts'

function gate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

test('a queue runs so many at once, lets so many wait in order, and is too_busy beyond', async () => {
  const queue = new BoundedQueue('tests', clock, 2, 3)
  const { open, opened } = gate()
  const order: number[] = []
  let most = 0
  let running = 0
  const task = (number: number) => async () => {
    most = Math.max(most, ++running)
    await opened
    order.push(number)
    running--
  }
  const all = [0, 1, 2, 3, 4].map((number) => queue.run(unlimited(), task(number)))
  await assert.rejects(queue.run(unlimited(), task(9)), { code: 'too_busy' })
  open()
  await Promise.all(all)
  await queue.idle()
  assert.deepEqual([order, most], [[0, 1, 2, 3, 4], 2])
})

test('who waits in a queue leaves it with its limits; who runs keeps its place to the end', async () => {
  const queue = new BoundedQueue('tests', clock, 1, 1)
  const { open, opened } = gate()
  const controller = new AbortController()
  const first = withinLimits(
    clock,
    { signal: controller.signal, deadline: Infinity },
    queue.run(unlimited(), () => opened),
  )
  controller.abort()
  await assert.rejects(first, { code: 'cancelled' })
  const late = queue.run({ signal: new AbortController().signal, deadline: clock.now() + 5 }, () => Promise.resolve('never'))
  await assert.rejects(late, { code: 'deadline_exceeded' })
  const next = queue.run(unlimited(), () => Promise.resolve('ran'))
  await assert.rejects(
    queue.run(unlimited(), () => Promise.resolve()),
    { code: 'too_busy' },
  )
  open()
  assert.equal(await next, 'ran')
  await assert.rejects(
    queue.run(unlimited(), () => Promise.reject(new Error('inside'))),
    { message: 'inside' },
  )
  assert.equal(await queue.run(unlimited(), () => Promise.resolve('still works')), 'still works')
})

test('a leg widens while the last score ties, and stops at its limit', async () => {
  const rows = Array.from({ length: 1000 }, (_, index) => ({
    id: `r${String((index * 377) % 1000).padStart(4, '0')}`,
    score: index < 5 ? 9 - index : 1,
  }))
  const asked: number[] = []
  const fetch = (limit: number) => {
    asked.push(limit)
    return Promise.resolve(rows.slice(0, limit))
  }
  const top = await completeTop(8, 2000, (row) => row.id, fetch)
  const ones = rows
    .slice(5)
    .map((row) => row.id)
    .sort()
  assert.deepEqual(
    top.map((row) => row.id),
    [...rows.slice(0, 5).map((row) => row.id), ...ones.slice(0, 3)],
  )
  assert.deepEqual(asked, [16, 64, 256, 1024])
  asked.length = 0
  assert.equal((await completeTop(8, 100, (row) => row.id, fetch)).length, 8)
  assert.deepEqual(asked, [16, 64, 100])
  asked.length = 0
  await completeTop(3, 2000, (row) => row.id, fetch)
  assert.deepEqual(asked, [11])
})

test('a lexical query is cut to its characters and words', () => {
  assert.equal(boundedQuery('  one\ntwo\tthree ', 100, 2), 'one two')
  assert.equal(boundedQuery('abcdef', 3, 5), 'abc')
  assert.equal(boundedQuery('ab😀', 3, 5), 'ab')
  assert.equal(boundedQuery('a\ud800b', 5, 5), 'a\ufffdb')
})

test('batches, pages, loads, places and depths have limits', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context), {
    batchDocuments: 3,
    batchChunks: 4,
    batchCharacters: 300,
    documentCharacters: 200,
    loadRows: 2,
    placeRows: 2,
    pageDocuments: 2,
    hits: 2,
  })
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const write = (...ids: string[]) =>
    writer.replaceDocuments(
      ids.map((id) => makeDocument(id, ['text'])),
      embedder.fingerprint,
      unlimited(),
    )
  await write('a', 'b', 'c')
  await assert.rejects(write('a', 'b', 'c', 'd'), InvariantError)
  await assert.rejects(
    writer.replaceDocuments([makeDocument('a', ['1', '2', '3', '4', '5'])], embedder.fingerprint, unlimited()),
    InvariantError,
  )
  const long = (id: string) => makeDocument(id, ['x'.repeat(190)])
  await assert.rejects(writer.replaceDocuments([long('a'), long('b')], embedder.fingerprint, unlimited()), InvariantError)
  await assert.rejects(writer.replaceDocuments([makeDocument('a', ['x'.repeat(201)])], embedder.fingerprint, unlimited()), {
    code: 'document_too_large',
  })
  const reader = await registry.pin(tenant, docs, unlimited())
  const hits = await reader.lexical('text', 50, null, null, unlimited())
  assert.deepEqual(
    hits.map((hit) => hit.doc),
    ['a', 'b'],
  )
  assert.equal((await reader.vector(unitVector(1), 50, null, null, unlimited())).length, 2)
  await assert.rejects(
    reader.load(
      [...hits, ...hits].map((hit) => hit.row),
      unlimited(),
    ),
    InvariantError,
  )
  assert.deepEqual(
    (await reader.places([textHash('text')], null, unlimited())).map((place) => place.doc),
    ['a', 'b'],
  )
  assert.equal((await reader.documents({ after: null, limit: 100 }, unlimited())).length, 2)
  reader.release()
})

test('a document that cannot be stored is named before anything is looked at that costs time', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context))
  await registry.create(tenant, declaration({ fields: { stars: 'number' } }), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const bug = makeDocument('bug', [{ text: 'one', vector: new Float32Array(embedder.dimensions) }])
  const bad = makeDocument('bad', ['two'], { metadata: { stars: 'many' } })
  await assert.rejects(writer.replaceDocuments([bug, bad], embedder.fingerprint, unlimited()), {
    code: 'invalid_document',
    details: { document: 'bad', field: 'stars', type: 'number' },
  })
})

test('reads and writes beyond their queues are too_busy', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context), { nativeCalls: 1, nativeQueue: 1, writerQueue: 1 })
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments([makeDocument('a', ['text'])], embedder.fingerprint, unlimited())
  const reader = await registry.pin(tenant, docs, unlimited())
  const outcome = (results: PromiseSettledResult<unknown>[]) =>
    results.map((result) => (result.status === 'fulfilled' ? 'ok' : (result.reason as { code: string }).code))
  const reads = await Promise.allSettled([1, 2, 3].map(() => reader.document('a' as DocumentId, unlimited())))
  assert.deepEqual(outcome(reads), ['ok', 'ok', 'too_busy'])
  const writes = await Promise.allSettled(
    [1, 2, 3].map((round) => writer.replaceDocuments([makeDocument('a', [`r${round}`])], embedder.fingerprint, unlimited())),
  )
  assert.deepEqual(outcome(writes), ['ok', 'ok', 'too_busy'])
  reader.release()
})

test('unindexed rows are indexed when they pass their limit, and when writing pauses', async (context) => {
  const warnings: unknown[] = []
  const small = { maxUnindexedRows: 10, unindexedShare: 0, quietUnindexedRows: 10, optimizeIdleMs: 20, idleUnindexedRows: 2 }
  const registry = await createIndexRegistry(settings(small), {
    directory: await temporaryDirectory(context),
    clock,
    log: { warn: (...each) => warnings.push(each) },
  })
  context.after(() => registry.close())
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const write = async (id: string, chunks: number) => {
    const texts = Array.from({ length: chunks }, (_, index) => `text ${index}`)
    return (await writer.replaceDocuments([makeDocument(id, texts)], embedder.fingerprint, unlimited())).revision
  }
  const few = await write('a', 2)
  await new Promise((resolve) => setTimeout(resolve, 60))
  assert.equal((await registry.status(tenant, docs, unlimited())).revision, few)
  const more = await write('b', 3)
  while ((await registry.status(tenant, docs, unlimited())).revision === more) await new Promise((resolve) => setTimeout(resolve, 10))
  const many = await write('c', 20)
  await new Promise((resolve) => setTimeout(resolve, 60))
  assert.equal((await registry.status(tenant, docs, unlimited())).revision, many, 'the write itself had indexed its rows')
  assert.deepEqual(warnings, [])
})

test('defaults and ceilings hold together', () => {
  const defaults = indexes.parse({})
  assert.throws(() => indexes.parse({ hits: 1001 }))
  assert.throws(() => indexes.parse({ within_documents: 501 }))
  assert.throws(() => indexes.parse({ surprise: 1 }))
  assert.ok(defaults.document_characters <= defaults.batch_characters)
  assert.ok(defaults.idle_unindexed_rows <= defaults.max_unindexed_rows)
})
