import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Demand } from '../../indexes/demand.ts'
import { indexNameOf } from '../../indexes/maintenance.ts'
import { SEARCHABLE } from '../../indexes/full-text.ts'
import { LanceIndexReader } from '../../indexes/reader.ts'
import { declaration, docs, embedder, makeDocument, openRegistry, temporaryDirectory, tenant, unlimited } from '../contract/index-corpus.ts'

test('who searches after a quiet time is told of once, until it is quiet again', () => {
  let [now, came] = [0, 0]
  const demand = new Demand({ now: () => now, wall: () => now }, 100, () => (came += 1))
  assert.ok(demand.isQuiet, 'nobody has searched yet')
  for (const at of [0, 50, 150, 250]) {
    now = at
    demand.asked()
    assert.ok(!demand.isQuiet)
  }
  assert.equal(came, 1)
  now = 351
  assert.ok(demand.isQuiet)
  demand.asked()
  assert.equal(came, 2)
})

/** An index that only the limits of this test ever bring up to date. */
async function opened(context: TestContext, quietUnindexedRows: number) {
  const overrides = { maxUnindexedRows: 10, unindexedShare: 0, quietUnindexedRows, optimizeIdleMs: 60_000 }
  const registry = await openRegistry(context, await temporaryDirectory(context), overrides)
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const read = async <T>(work: (reader: LanceIndexReader) => Promise<T>) => {
    const reader = await registry.pin(tenant, docs, unlimited())
    assert.ok(reader instanceof LanceIndexReader)
    return await work(reader).finally(() => reader.release())
  }
  const unindexed = async () =>
    await read(async (reader) => (await reader.native().table.indexStats(indexNameOf(SEARCHABLE)))?.numUnindexedRows)
  return {
    unindexed,
    /** Twenty rows; gives back how many are unindexed then. */
    async write(id: string) {
      const texts = Array.from({ length: 20 }, (_, index) => `text ${index} of ${id}`)
      await writer.replaceDocuments([makeDocument(id, texts)], embedder.fingerprint, unlimited())
      return await unindexed()
    },
    search: async () => (await read((reader) => reader.lexical('text', 100, null, null, unlimited()))).length,
  }
}

test('while nobody searches, writes leave rows for later; the first search has them indexed, and writes after it leave few', async (context) => {
  const index = await opened(context, 50)
  assert.equal(await index.write('a'), 20)
  assert.equal(await index.write('b'), 40)
  assert.equal(await index.search(), 40)
  while ((await index.unindexed()) !== 0) await sleep(10)
  assert.equal(await index.write('c'), 0, 'somebody searches: the write has indexed its rows')
})

test('rows left for later have a limit of their own', async (context) => {
  const index = await opened(context, 30)
  assert.equal(await index.write('a'), 20)
  assert.equal(await index.write('b'), 0)
  assert.equal(await index.write('c'), 20)
})
