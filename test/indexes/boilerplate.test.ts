import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { test, type TestContext } from 'node:test'
import { connect } from '@lancedb/lancedb'
import fc from 'fast-check'
import { readCommits, writeCommit } from '../../indexes/commit.ts'
import { buildPaths } from '../../indexes/layout.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import { blockKey } from '../../src/core/near/block-key.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import type { Filter, IndexedDocument, Metadata } from '../../src/core/types.ts'
import {
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  openRegistry,
  reading,
  temporaryDirectory,
  tenant,
  unitVector,
  unlimited,
} from '../contract/index-corpus.ts'

const FOOTER = 'Licensed under the terms of the zebra foundation.'
const KEY = blockKey('site', FOOTER)
const VECTOR = unitVector(4711)

/** A document of one passage of its own, with the footer as boilerplate. */
function withFooter(id: string, metadata: Metadata = {}, own = `passage number ${id}`): IndexedDocument {
  const made = makeDocument(`site/${id}`, [own, { text: FOOTER, vector: VECTOR }], { metadata })
  const chunks = made.chunks.map((each, at) => (at === 0 ? each : { ...each, chunk: { ...each.chunk, boilerplate: true as const } }))
  return { ...made, chunks }
}

async function opened(context: TestContext, directory?: string, fields: Record<string, 'keyword'> = {}) {
  const at = directory ?? (await temporaryDirectory(context))
  const registry = await openRegistry(context, at)
  await registry.create(tenant, declaration({ fields }), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const read = <T>(work: (reader: IndexReader) => Promise<T>) => reading(registry, work)
  return {
    directory: at,
    registry,
    isKnown: async () => (await writer.boilerplateAmong(new Set([KEY]), unlimited())).has(KEY),
    write: (...batch: IndexedDocument[]) => writer.replaceDocuments(batch, embedder.fingerprint, unlimited()),
    remove: (...ids: string[]) =>
      writer.deleteDocuments(
        ids.map((id) => `site/${id}` as DocumentId),
        unlimited(),
      ),
    /** Documents where the footer is found by its words and by its vector, which have to be the same. */
    found: (filter: Filter | null = null) =>
      read(async (reader) => {
        const words = (await reader.lexical('zebra foundation', 50, filter, null, unlimited())).map(({ doc }) => doc)
        const near = (await reader.vector(VECTOR, 50, filter, null, unlimited())).filter(({ score }) => score > 0.999)
        assert.deepEqual(near.map(({ doc }) => doc).sort(), words.toSorted())
        const loaded = await reader.load(
          near.map(({ row }) => row),
          unlimited(),
        )
        for (const { text } of loaded) assert.equal(text, FOOTER)
        return words.toSorted()
      }),
    places: () => read(async (reader) => (await reader.places([textHash(FOOTER)], null, unlimited())).map(({ doc }) => doc)),
    /** How many chunks the vector leg reaches at all. */
    reached: () => read(async (reader) => (await reader.vector(VECTOR, 500, null, null, unlimited())).length),
    verified: async () => assert.deepEqual(await failedChecks(registry), []),
  }
}

test('boilerplate is found at one place and cited at all of them', async (context) => {
  const { write, found, places, reached, verified } = await opened(context)
  const { redundant } = await write(withFooter('a'), withFooter('b'))
  assert.equal(redundant.boilerplate, 1, 'it is searched at the other place')
  await write(withFooter('c'))
  assert.deepEqual(await found(), ['site/a'])
  assert.deepEqual(await places(), ['site/a', 'site/b', 'site/c'])
  assert.equal(await reached(), 4)
  await verified()
})

test('when its carrier is deleted or changed, another place is searched, also in the next process', async (context) => {
  const { directory, registry, write, remove, found } = await opened(context)
  await write(withFooter('a'), withFooter('b'))
  // One place is in the indexes, the other is not yet.
  await (await registry.writer(tenant, docs, unlimited())).optimize(unlimited())
  await write(withFooter('c'))
  await remove('a')
  assert.deepEqual(await found(), ['site/b'])
  await registry.close()
  const next = await opened(context, directory)
  await next.write(makeDocument('site/b', ['nothing of it']))
  assert.deepEqual(await next.found(), ['site/c'])
  await next.write(withFooter('c', {}, 'its own passage has changed'), withFooter('d'))
  assert.equal((await next.found()).length, 1)
  await next.remove('c', 'd')
  assert.deepEqual(await next.found(), [])
  await next.write(withFooter('e'))
  assert.deepEqual(await next.found(), ['site/e'])
  await next.verified()
})

test('a repair that takes out its carrier, which belongs to no document, has another place searched', async (context) => {
  const { directory, registry, write } = await opened(context)
  await write(withFooter('a'), withFooter('b'))
  await registry.close()
  await forgetDocument(directory, 'site/a')
  const next = await opened(context, directory)
  await next.write(withFooter('c'))
  assert.deepEqual(await next.found(), ['site/a'])
  const version = await next.registry.hold(tenant, docs, 'current', unlimited())
  assert.deepEqual(await version.mend(unlimited()), { orphans: 2, indexes: [] })
  version.release()
  assert.deepEqual(await next.found(), ['site/b'])
  await next.verified()
})

test('a write that replaces every document that has it is not taken for one that takes it out', async (context) => {
  const { write, isKnown } = await opened(context)
  await write(withFooter('a'), withFooter('b'))
  const state = { writing: true }
  const replaced = write(withFooter('a', {}, 'its own passage has changed'), withFooter('b', {}, 'and so has that of this')).finally(() => {
    state.writing = false
  })
  let asked = 0
  for (; state.writing; asked++) {
    assert.equal(await isKnown(), true)
    await setImmediate()
  }
  await replaced
  assert.ok(asked > 10, 'asked while the rows were out')
  assert.equal(await isKnown(), true)
})

test('a write that fails takes out nothing of what is known, wherever it fails', async (context) => {
  const { registry, write, isKnown, verified } = await opened(context)
  await write(withFooter('a'))
  const writer = await registry.writer(tenant, docs, unlimited())
  let failed = 0
  for (let over = false; !over;) {
    let looks = 0
    const limits = {
      signal: new AbortController().signal,
      /** Passes when it is looked at once more than in the try before. */
      get deadline() {
        return looks++ < failed ? Infinity : 0
      },
    }
    try {
      await writer.replaceDocuments([makeDocument('site/a', ['nothing of it'])], embedder.fingerprint, limits)
      over = true
    } catch {
      failed++
      assert.equal(await isKnown(), true, `after failure ${failed}`)
    }
  }
  assert.ok(failed > 2, 'some of them with rows taken out')
  assert.equal(await isKnown(), false)
  await verified()
})

test('who asks first, in the middle of a write, is told of the revision that readers see', async (context) => {
  const { directory, registry, write } = await opened(context)
  await write(withFooter('a'))
  await registry.close()
  const next = await opened(context, directory)
  const replaced = next.write(makeDocument('site/a', ['nothing of it']), withFooter('b'))
  assert.equal(await next.isKnown(), true)
  await replaced
  assert.deepEqual(await next.found(), ['site/b'])
  assert.equal(await next.isKnown(), true)
  await next.remove('b')
  assert.equal(await next.isKnown(), false)
  await next.verified()
})

/** What nobody but this test does: takes a document out past the writer, and names that in a commit record. */
async function forgetDocument(directory: string, id: string): Promise<void> {
  const versions = path.join(directory, tenant, docs, 'versions')
  const [build = ''] = await readdir(versions)
  const { commits, lance } = buildPaths(path.join(directory, tenant, docs), build)
  const connection = await connect(lance)
  const documents = await connection.openTable('documents')
  await documents.delete(`id = '${id}'`)
  const [head] = (await readCommits(commits)).commits
  assert.ok(head !== undefined)
  const tables = { ...head.tables, documents: await documents.version() }
  const counts = { ...head.counts, documents: await documents.countRows() }
  await writeCommit(commits, { ...head, revision: head.revision + 1, tables, counts })
  connection.close()
}

test('no filter hides it: one place for each value of the declared fields is searched', async (context) => {
  const { write, remove, found } = await opened(context, undefined, { product: 'keyword' })
  await write(withFooter('a', { product: 'x' }), withFooter('b', { product: 'x' }), withFooter('c', { product: 'y' }), withFooter('d'))
  const only = (product: string): Filter => ({ op: 'eq', field: 'product', value: product })
  assert.deepEqual(await found(only('x')), ['site/a'])
  assert.deepEqual(await found(only('y')), ['site/c'])
  assert.deepEqual(await found(), ['site/a', 'site/c', 'site/d'])
  await remove('a')
  assert.deepEqual(await found(only('x')), ['site/b'])
})

test('whatever is written and deleted, it is searched at exactly one of the places that there are', async (context) => {
  const { write, remove, found, places, verified } = await opened(context)
  const ids = ['a', 'b', 'c', 'd']
  const step = fc.record({ id: fc.constantFrom(...ids), what: fc.constantFrom('with', 'without', 'delete') })
  const steps = fc.sample(step, { numRuns: 24, seed: 9 })
  const holding = new Set<string>()
  for (const { id, what } of steps) {
    if (what === 'delete') await remove(id)
    else await write(what === 'with' ? withFooter(id) : makeDocument(`site/${id}`, ['other']))
    if (what === 'with') holding.add(`site/${id}`)
    else holding.delete(`site/${id}`)
    assert.deepEqual(await places(), [...holding].sort())
    assert.equal((await found()).length, Math.min(1, holding.size))
  }
  await verified()
})
