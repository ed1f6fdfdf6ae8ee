import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { InvariantError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import { blockKey } from '../../src/core/near/block-key.ts'
import type { IndexDeclaration, IndexedDocument, Metadata } from '../../src/core/types.ts'
import { declaration, docs, embedder, failedChecks, makeDocument, tenant, unitVector, unlimited } from './index-corpus.ts'

type Change = (document: IndexedDocument) => IndexedDocument

const changedChunk = (change: (each: IndexedDocument['chunks'][number]) => IndexedDocument['chunks'][number]): Change => {
  return (document) => ({ ...document, chunks: document.chunks.map(change) })
}
const changedText = (text: string): Change => {
  return (document) => ({ ...document, document: { ...document.document, title: text } })
}

/** What every IndexWriter keeps; `make` gives an empty registry. */
export function indexWriterContract(name: string, make: (context: TestContext) => Promise<IndexRegistry>): void {
  async function open(context: TestContext, overrides: Partial<IndexDeclaration> = {}) {
    const registry = await make(context)
    await registry.create(tenant, declaration(overrides), embedder, unlimited())
    const writer = await registry.writer(tenant, docs, unlimited())
    const write = async (...batch: IndexedDocument[]) => (await writer.replaceDocuments(batch, embedder.fingerprint, unlimited())).revision
    const status = () => registry.status(tenant, docs, unlimited())
    return { registry, writer, write, status }
  }

  test(`${name}: replaces documents whole, counts them, and revisions grow`, async (context) => {
    const { writer, write, status, registry } = await open(context)
    const first = await write(makeDocument('a', ['one', 'two', 'three']), makeDocument('b', ['four']))
    assert.deepEqual((await status()).counts, { documents: 2, chunks: 4 })
    const second = await write(makeDocument('a', ['one', 'changed']))
    assert.ok(second > first)
    assert.deepEqual((await status()).counts, { documents: 2, chunks: 3 })
    const { revision, deleted } = await writer.deleteDocuments(['a', 'nobody'] as DocumentId[], unlimited())
    assert.equal(deleted, 1)
    assert.ok(revision > second)
    assert.deepEqual((await status()).counts, { documents: 1, chunks: 1 })
    assert.deepEqual(await writer.deleteDocuments(['a'] as DocumentId[], unlimited()), { revision, deleted: 0 })
    assert.deepEqual(await failedChecks(registry), [])
  })

  test(`${name}: a document without chunks is a document`, async (context) => {
    const { write, status, registry } = await open(context)
    await write(makeDocument('a', ['one']))
    await write(makeDocument('a', []))
    assert.deepEqual((await status()).counts, { documents: 1, chunks: 0 })
    const reader = await registry.pin(tenant, docs, unlimited())
    assert.deepEqual(await reader.vectorDocuments(unitVector(1), 5, null, unlimited()), [])
    reader.release()
  })

  test(`${name}: content hashes are those that were stored`, async (context) => {
    const { writer, write } = await open(context)
    await write(makeDocument("it's", ['one'], { hash: 'h1' }), makeDocument('b', ['two'], { hash: 'h2' }))
    const many = Array.from({ length: 1200 }, (_, index) => `x${index}`)
    const hashes = await writer.contentHashes(["it's", 'b', ...many] as DocumentId[], unlimited())
    assert.deepEqual([...hashes].sort(), [
      ['b', 'h2'],
      ["it's", 'h1'],
    ])
    assert.equal((await writer.contentHashes([], unlimited())).size, 0)
  })

  test(`${name}: boilerplate is known by its source and its text, for as long as a document has it`, async (context) => {
    const { writer, write } = await open(context, { fields: { product: 'keyword' } })
    const withNotice = (id: string, metadata: Metadata): IndexedDocument => {
      const made = makeDocument(id, ['one', 'a notice at the end'], { metadata })
      const chunks = made.chunks.map((each, at) => (at === 0 ? each : { ...each, chunk: { ...each.chunk, boilerplate: true as const } }))
      return { ...made, chunks }
    }
    const notice = blockKey('site', 'a notice at the end')
    const asked = new Set([notice, blockKey('site', 'one'), blockKey('other', 'a notice at the end')])
    const among = async () => [...(await writer.boilerplateAmong(asked, unlimited()))]
    assert.deepEqual(await among(), [])
    await write(withNotice('site/a', { product: 'x' }), withNotice('site/b', { product: 'y' }))
    assert.deepEqual(await among(), [notice])
    await writer.deleteDocuments(['site/a'] as DocumentId[], unlimited())
    assert.deepEqual(await among(), [notice])
    await write(makeDocument('site/b', ['one']))
    assert.deepEqual(await among(), [])
    const gone = { signal: AbortSignal.abort(), deadline: Infinity }
    await assert.rejects(writer.boilerplateAmong(asked, gone), { code: 'cancelled' })
  })

  test(`${name}: equal content has an equal hash, whatever happened before`, async (context) => {
    const one = await open(context)
    const two = await open(context)
    const empty = (await one.status()).content
    await one.write(makeDocument('a', ['one']), makeDocument('b', ['two']))
    await two.write(makeDocument('b', ['old']))
    await two.write(makeDocument('c', ['gone']), makeDocument('b', ['two']))
    await two.write(makeDocument('a', ['one']))
    assert.notEqual((await two.status()).content, (await one.status()).content)
    await two.writer.deleteDocuments(['c'] as DocumentId[], unlimited())
    assert.equal((await two.status()).content, (await one.status()).content)
    await two.writer.optimize(unlimited())
    assert.equal((await two.status()).content, (await one.status()).content)
    await two.writer.deleteDocuments(['a', 'b'] as DocumentId[], unlimited())
    assert.equal((await two.status()).content, empty)
  })

  test(`${name}: vectors of another model are refused`, async (context) => {
    const { writer } = await open(context)
    await assert.rejects(writer.replaceDocuments([makeDocument('a', ['one'])], 'another', unlimited()), { code: 'fingerprint_mismatch' })
  })

  test(`${name}: documents that cannot be stored as they are reject invalid_document, and nothing changes`, async (context) => {
    const { write, status } = await open(context, { fields: { product: 'keyword', stars: 'number', updated: 'date', open: 'boolean' } })
    await write(makeDocument('a', ['one']))
    const before = (await status()).revision
    for (const metadata of [
      { product: 5 },
      { product: ['x'] },
      { product: 'x'.repeat(513) },
      { product: '\ud800' },
      { stars: '5' },
      { updated: 'yesterday' },
      { updated: '2026-02-30' },
      { updated: 1_700_000_000 },
      { open: 'true' },
      { note: 'x'.repeat(70_000) },
    ]) {
      await assert.rejects(
        write(makeDocument('b', ['two'], { metadata })),
        { code: 'invalid_document' },
        JSON.stringify(metadata).slice(0, 60),
      )
    }
    await assert.rejects(write(changedText('half \udc00 a pair')(makeDocument('b', ['two']))), { code: 'invalid_document' })
    await assert.rejects(write(makeDocument('a', ['new']), makeDocument('b', ['x'], { metadata: { stars: 'no' } })), {
      code: 'invalid_document',
    })
    assert.equal((await status()).revision, before)
    await write(
      makeDocument('b', ['two'], { metadata: { product: null, stars: -0, updated: '2024-02-29', open: false, other: [1, { x: null }] } }),
    )
  })

  test(`${name}: what only a bug can hand over is an invariant failure, and nothing changes`, async (context) => {
    const { write, status } = await open(context)
    const before = (await status()).revision
    const bugs: Record<string, Change> = {
      'short vector': changedChunk((each) => ({ ...each, vector: each.vector.slice(1) })),
      'long vector': changedChunk((each) => ({ ...each, vector: Float32Array.of(...each.vector, 0) })),
      NaN: changedChunk((each) => ({ ...each, vector: each.vector.map((value, index) => (index === 3 ? NaN : value)) })),
      infinity: changedChunk((each) => ({ ...each, vector: each.vector.fill(Infinity) })),
      'zero vector': changedChunk((each) => ({ ...each, vector: new Float32Array(each.vector.length) })),
      'not unit': changedChunk((each) => ({ ...each, vector: each.vector.map((value) => value * 2) })),
      'wrong span': changedChunk((each) => ({ ...each, chunk: { ...each.chunk, span: { start: 1, end: 4 } } })),
      'gap between sentences': changedChunk((each) => ({ ...each, chunk: { ...each.chunk, sentences: [{ start: 1, end: 3 }] } })),
      'no token counts': changedChunk((each) => ({ ...each, chunk: { ...each.chunk, sentenceTokens: {} } })),
      'foreign document': changedChunk((each) => ({ ...each, chunk: { ...each.chunk, doc: 'z' as DocumentId } })),
    }
    for (const [bug, change] of Object.entries(bugs)) {
      await assert.rejects(write(change(makeDocument('b', ['two']))), InvariantError, bug)
    }
    await assert.rejects(write(makeDocument('b', ['two']), makeDocument('b', ['three'])), InvariantError)
    assert.equal((await status()).revision, before)
  })

  test(`${name}: concurrent writes of the same documents queue and leave one of each`, async (context) => {
    const { write, status, registry } = await open(context)
    const batch = (round: number) =>
      Array.from({ length: 5 }, (_, index) => makeDocument(`d${index}`, [`round ${round}`, `common ${index}`]))
    const revisions = await Promise.all([1, 2, 3, 4, 5, 6].map((round) => write(...batch(round))))
    assert.equal(new Set(revisions).size, revisions.length)
    assert.deepEqual((await status()).counts, { documents: 5, chunks: 10 })
    assert.deepEqual(await failedChecks(registry), [])
  })

  test(`${name}: a call that nobody waits for any more changes nothing`, async (context) => {
    const { writer, status } = await open(context)
    const before = (await status()).revision
    const batch = [makeDocument('a', ['one'])]
    const late = { signal: new AbortController().signal, deadline: 0 }
    await assert.rejects(writer.replaceDocuments(batch, embedder.fingerprint, late), { code: 'deadline_exceeded' })
    const gone = { signal: AbortSignal.abort(), deadline: Infinity }
    await assert.rejects(writer.replaceDocuments(batch, embedder.fingerprint, gone), { code: 'cancelled' })
    await assert.rejects(writer.deleteDocuments([], gone), { code: 'cancelled' })
    assert.equal((await status()).revision, before)
  })
}
