import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EMPTY_CONTENT, updateContent } from '../../indexes/content-hash.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { IndexedDocument } from '../../src/core/types.ts'
import {
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  openRegistry,
  settings,
  temporaryDirectory,
  tenant,
  unlimited,
} from '../contract/index-corpus.ts'

type Step =
  | { readonly do: 'replace'; readonly batch: readonly { readonly id: string; readonly chunks: number }[] }
  | { readonly do: 'delete'; readonly ids: readonly string[] }
  | { readonly do: 'optimize' | 'reopen' }

const id = fc.integer({ min: 0, max: 7 }).map((number) => `d${number}`)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('replace' as const),
      batch: fc.uniqueArray(fc.record({ id, chunks: fc.integer({ min: 0, max: 4 }) }), {
        selector: (each) => each.id,
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), ids: fc.array(id, { minLength: 1, maxLength: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('optimize' as const, 'reopen' as const) }) },
)

/** Every passage of a write has a word that no other write uses, so that nothing of an earlier one can be found by accident. */
function written(serial: number, document: string, chunks: number): IndexedDocument {
  return makeDocument(
    document,
    Array.from({ length: chunks }, (_, index) => `common unique${serial}x${document}x${index}`),
    { title: `title of ${document}` },
  )
}

async function compare(
  registry: IndexRegistry,
  expected: ReadonlyMap<string, IndexedDocument>,
  gone: readonly IndexedDocument[],
): Promise<void> {
  const reader = await registry.pin(tenant, docs, unlimited())
  const all = [...expected.values()]
  assert.equal(reader.counts.documents, all.length)
  assert.equal(
    reader.counts.chunks,
    all.reduce((sum, each) => sum + each.chunks.length, 0),
  )
  assert.equal(
    reader.content,
    updateContent(
      EMPTY_CONTENT,
      [],
      all.map(({ document }) => document),
    ),
  )
  const listed = await reader.documents({ after: null, limit: 100 }, unlimited())
  assert.deepEqual(
    listed.map((each) => each.id),
    [...expected.keys()].sort(),
  )
  const find = async (word: string) => (await reader.lexical(word, 10, null, null, unlimited())).map((hit) => hit.chunk)
  for (const { document, chunks } of all) {
    assert.deepEqual(await reader.document(document.id, unlimited()), document)
    for (const { chunk } of chunks) assert.deepEqual(await find(chunk.text.slice('common '.length)), [chunk.id])
  }
  for (const { chunks } of gone) for (const { chunk } of chunks) assert.deepEqual(await find(chunk.text.slice('common '.length)), [])
  reader.release()
}

test('whatever was written, deleted, optimized and reopened, the index holds what a map would hold', async (context) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
      const directory = await temporaryDirectory(context)
      let registry = await openRegistry(context, directory)
      await registry.create(tenant, declaration(), embedder, unlimited())
      const map = new Map<string, IndexedDocument>()
      const gone: IndexedDocument[] = []
      const forget = (document: string): void => {
        const before = map.get(document)
        if (before !== undefined) gone.push(before)
        map.delete(document)
      }
      for (const [serial, each] of steps.entries()) {
        const writer = await registry.writer(tenant, docs, unlimited())
        if (each.do === 'replace') {
          const batch = each.batch.map((one) => written(serial, one.id, one.chunks))
          await writer.replaceDocuments(batch, embedder.fingerprint, unlimited())
          for (const document of batch) {
            forget(document.document.id)
            map.set(document.document.id, document)
          }
        } else if (each.do === 'delete') {
          const { deleted } = await writer.deleteDocuments(each.ids as readonly DocumentId[], unlimited())
          assert.equal(deleted, new Set(each.ids.filter((one) => map.has(one))).size)
          for (const one of each.ids) forget(one)
        } else if (each.do === 'optimize') {
          await writer.optimize(unlimited())
        } else {
          await registry.close()
          registry = await openRegistry(context, directory)
        }
      }
      await compare(registry, map, gone)
      assert.deepEqual(await failedChecks(registry), [])
      await registry.close()
    }),
    { numRuns: 12 },
  )
})

test('readers beside a writer see whole revisions: never both versions of a document and never neither', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context), {
    maxUnindexedRows: 40,
    quietUnindexedRows: 40,
    unindexedShare: 0,
  })
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const batch = (round: number) =>
    ['a', 'b', 'c', 'd'].map((document) =>
      makeDocument(document, [`common round${round}`, `common again round${round}`], { hash: `h${round}` }),
    )
  await writer.replaceDocuments(batch(0), embedder.fingerprint, unlimited())
  let done = false
  const writing = (async () => {
    for (let round = 1; round <= 25; round++) await writer.replaceDocuments(batch(round), embedder.fingerprint, unlimited())
    done = true
  })()
  let seen = 0
  const reading = async (): Promise<void> => {
    while (!done) {
      const reader = await registry.pin(tenant, docs, unlimited())
      const hits = await reader.lexical('common', 50, null, null, unlimited())
      const chunks = await reader.load(
        hits.map((hit) => hit.row),
        unlimited(),
      )
      const rounds = new Set(chunks.map((chunk) => /round(\d+)/.exec(chunk.text)?.[1]))
      assert.equal(hits.length, 8)
      assert.equal(rounds.size, 1)
      const listed = await reader.documents({ after: null, limit: 10 }, unlimited())
      assert.deepEqual(new Set(listed.map((each) => each.contentHash)), new Set([`h${[...rounds][0] ?? ''}`]))
      reader.release()
      seen++
    }
  }
  await Promise.all([writing, reading(), reading()])
  assert.ok(seen > 3)
})

test('a write whose time is over at any of its steps leaves the revision before, whole, and the next one goes on', async (context) => {
  const directory = await temporaryDirectory(context)
  let looks = 0
  let lateAfter = Infinity
  const clock = { now: () => (++looks > lateAfter ? 2 : 0), wall: () => Date.now() }
  const registry = await createIndexRegistry(settings(), { directory, clock })
  context.after(() => registry.close())
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const before = [written(0, 'a', 3), written(0, 'b', 1)]
  await writer.replaceDocuments(before, embedder.fingerprint, unlimited())
  const { revision } = await registry.status(tenant, docs, unlimited())
  const steps: readonly ((limits: Limits) => Promise<unknown>)[] = [
    (limits) => writer.replaceDocuments([written(1, 'a', 2), written(1, 'c', 1)], embedder.fingerprint, limits),
    (limits) => writer.deleteDocuments(['b' as DocumentId], limits),
  ]
  for (const step of steps) {
    for (const late of step === steps[0] ? [0, 1, 2, 3, 4] : [0, 1, 2, 3]) {
      looks = 0
      lateAfter = late
      await assert.rejects(step({ signal: new AbortController().signal, deadline: 1 }), { code: 'deadline_exceeded' }, `late after ${late}`)
      lateAfter = Infinity
      assert.equal((await registry.status(tenant, docs, unlimited())).revision, revision)
      await compare(registry, new Map(before.map((each) => [each.document.id, each])), [written(1, 'a', 2), written(1, 'c', 1)])
    }
  }
  for (const step of steps) await step(unlimited())
  await compare(registry, new Map([written(1, 'a', 2), written(1, 'c', 1)].map((each) => [each.document.id, each])), before)
  assert.deepEqual(await failedChecks(registry), [])
})

test('equal scores are cut the same way on every call, on a corpus with 40 % duplicates', async (context) => {
  const words = 'key rotate token index query budget cache shard error limit'.split(' ')
  const random = fc.sample(fc.array(fc.constantFrom(...words), { minLength: 2, maxLength: 5 }), { numRuns: 400, seed: 11 })
  const texts = random.map((each, index) => (index % 5 < 2 ? (random[0] ?? []) : each).join(' '))
  const registry = await openRegistry(context, await temporaryDirectory(context))
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments(
    texts.map((text, index) => makeDocument(`d${index}`, [text])),
    embedder.fingerprint,
    unlimited(),
  )
  await writer.optimize(unlimited())
  const reader = await registry.pin(tenant, docs, unlimited())
  for (const query of words) {
    const all = await reader.lexical(query, 1000, null, null, unlimited())
    const sorted = [...all].sort((a, b) => b.score - a.score || (a.chunk < b.chunk ? -1 : 1))
    assert.deepEqual(all, sorted)
    for (const k of [1, 7, 50]) {
      for (let round = 0; round < 3; round++) assert.deepEqual(await reader.lexical(query, k, null, null, unlimited()), all.slice(0, k))
    }
  }
  reader.release()
})

test('the content hash is the sum of its documents, in any order', () => {
  const entry = fc.record({ id: fc.string().map((text) => text as DocumentId), contentHash: fc.string() })
  fc.assert(
    fc.property(fc.array(entry), fc.array(entry), (first, second) => {
      const sum = updateContent(updateContent(EMPTY_CONTENT, [], first), [], second)
      assert.equal(updateContent(EMPTY_CONTENT, [], [...second, ...first].reverse()), sum)
      assert.equal(updateContent(sum, second, []), updateContent(EMPTY_CONTENT, [], first))
      assert.match(sum, /^[0-9a-f]{64}$/)
    }),
  )
  // printf 'a\0h' | sha256sum
  assert.equal(
    updateContent(EMPTY_CONTENT, [], [{ id: 'a' as DocumentId, contentHash: 'h' }]),
    '5cad7edb98dc0fb34e20bee09d2a59914e2bcd01249202331ca178ad1c32e8f2',
  )
})
