import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { LanceIndexReader } from '../../indexes/reader.ts'
import type { Filter, IndexedDocument } from '../../src/core/types.ts'
import {
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  openRegistry,
  temporaryDirectory,
  tenant,
  unitVector,
  unlimited,
} from '../contract/index-corpus.ts'

const ROWS = 5400
/** The index keeps one bit a dimension: 64 of them say less than the 384 of a real encoder, so more candidates are refined here. */
const DIMENSIONS = 64
const wide = { ...embedder, dimensions: DIMENSIONS }

/** Around one of 60 topics, as embeddings of text are; without any structure no index could find neighbours. */
function topical(seed: number): Float32Array {
  const topic = unitVector(1_000_000 + (seed % 60), DIMENSIONS)
  const own = unitVector(seed, DIMENSIONS)
  const sum = topic.map((value, index) => value + 0.9 * (own[index] ?? 0))
  const norm = Math.hypot(...sum)
  return sum.map((value) => value / norm)
}

function corpus(): IndexedDocument[] {
  return Array.from({ length: ROWS }, (_, row) =>
    makeDocument(`d${String(row).padStart(4, '0')}`, [{ text: `passage ${row}`, vector: topical(row) }], {
      metadata: { group: row % 1000 === 7 ? 'rare' : row % 2 === 0 ? 'even' : 'odd' },
    }),
  )
}

function exact(query: Float32Array, documents: readonly IndexedDocument[], k: number): string[] {
  const cosine = (vector: Float32Array) => vector.reduce((sum, value, index) => sum + value * (query[index] ?? 0), 0)
  return documents
    .map(({ document, chunks }) => ({ id: document.id, score: cosine(chunks[0]?.vector ?? query) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, k)
    .map((each) => each.id)
}

test('above the limit a vector index answers, rebuilt when in parts, and narrow filters lose nothing to it', async (context) => {
  const directory = await temporaryDirectory(context)
  const registry = await openRegistry(context, directory, {
    vectorIndexMaxParts: 2,
    narrowRows: 50,
    refineFactor: 10,
    keptRevisions: 1,
    batchDocuments: 5400,
  })
  await registry.create(tenant, declaration({ fields: { group: 'keyword' } }), wide, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const documents = corpus()
  await writer.replaceDocuments(documents, embedder.fingerprint, unlimited())
  const recall = async (filter: Filter | null, kept: (document: IndexedDocument) => boolean, k: number) => {
    const reader = await registry.pin(tenant, docs, unlimited())
    const within = documents.filter(kept)
    let found = 0
    let expected = 0
    for (let seed = 0; seed < 10; seed++) {
      const query = topical(100_000 + seed)
      const best = exact(query, within, k)
      const hits = await reader.vector(query, k, filter, null, unlimited())
      const documentHits = await reader.vectorDocuments(query, k, filter, unlimited())
      assert.deepEqual(hits, await reader.vector(query, k, filter, null, unlimited()), 'the same on every call')
      found += hits.filter((hit) => best.includes(hit.doc)).length + documentHits.filter((hit) => best.includes(hit.doc)).length
      expected += 2 * best.length
    }
    reader.release()
    return found / expected
  }
  const all = await recall(null, () => true, 20)
  assert.ok(all >= 0.95, `recall ${all}`)
  const even = await recall({ op: 'eq', field: 'group', value: 'even' }, ({ document }) => document.metadata['group'] === 'even', 20)
  assert.ok(even >= 0.95, `filtered recall ${even}`)
  const rare: Filter = { op: 'eq', field: 'group', value: 'rare' }
  assert.equal(await recall(rare, ({ document }) => document.metadata['group'] === 'rare', 20), 1)

  const [build = ''] = await readdir(path.join(directory, tenant, docs, 'versions'))
  const manifests = path.join(directory, tenant, docs, 'versions', build, 'lance', 'chunks.lance', '_versions')
  for (let round = 0; round < 5; round++) {
    await writer.replaceDocuments(
      [makeDocument(`new${round}`, [{ text: `passage new${round}`, vector: topical(ROWS + round) }])],
      embedder.fingerprint,
      unlimited(),
    )
    await writer.optimize(unlimited())
  }
  assert.ok((await readdir(manifests)).length < 20, 'versions that nobody needs are gone')
  assert.ok((await recall(null, () => true, 20)) >= 0.95)
  assert.deepEqual(await failedChecks(registry), [])
})

test('the vector index is one part after a load of enough, few parts after a stream of little, also across a restart', async (context) => {
  const directory = await temporaryDirectory(context)
  const overrides = {
    vectorIndexMinRows: 300,
    vectorIndexMaxParts: 3,
    vectorRebuildShare: 0.5,
    maxUnindexedRows: 20,
    quietUnindexedRows: 20,
    unindexedShare: 0,
    batchDocuments: 400,
  }
  let registry = await openRegistry(context, directory, overrides)
  await registry.create(tenant, declaration(), wide, unlimited())
  let rows = 0
  const write = async (more: number) => {
    const batch = Array.from({ length: more }, () => makeDocument(`d${rows}`, [{ text: `passage ${rows}`, vector: topical(rows++) }]))
    await (await registry.writer(tenant, docs, unlimited())).replaceDocuments(batch, embedder.fingerprint, unlimited())
    return await parts()
  }
  const optimize = async () => {
    await (await registry.writer(tenant, docs, unlimited())).optimize(unlimited())
    return await parts()
  }
  const parts = async () => {
    const reader = await registry.pin(tenant, docs, unlimited())
    assert.ok(reader instanceof LanceIndexReader)
    const stats = await reader.native().table.indexStats('vector_idx')
    reader.release()
    return stats?.numIndices
  }
  assert.equal(await write(300), 1)
  assert.equal(await write(60), 2)
  // 60 rows of 360 are less than the share, or many small loads would build the whole index many times.
  assert.equal(await optimize(), 2)
  await registry.close()
  registry = await openRegistry(context, directory, overrides)
  // With two parts beyond the first they count twice: 180 of 390.
  assert.equal(await write(30), 3)
  assert.equal(await optimize(), 3)
  assert.equal(await write(15), 3)
  assert.equal(await write(15), 1, 'a fourth part is over the limit')
  assert.equal(await write(200), 2)
  assert.equal(await optimize(), 2)
  assert.equal(await write(120), 3)
  // 640 of 740
  assert.equal(await optimize(), 1)
  assert.equal(await write(30), 2, 'what was written is counted from the last build on')
  assert.equal(await optimize(), 2)
})

test('without changes optimize makes no revision', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context))
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments([makeDocument('a', ['text'])], embedder.fingerprint, unlimited())
  const once = await writer.optimize(unlimited())
  assert.equal(await writer.optimize(unlimited()), once)
})
