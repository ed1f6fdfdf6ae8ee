import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import { jaccard, shinglesOf } from '../../src/core/near/shingles.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import { NearGroups } from '../../indexes/near-groups.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import { edited, randomFrom, sentencesFrom } from '../core/near/corpus.ts'
import {
  clock,
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  reading,
  settings,
  temporaryDirectory,
  tenant,
  unlimited,
} from '../contract/index-corpus.ts'

const random = randomFrom(5)
const text = (): string => sentencesFrom(random, 12).join(' ')
const similar = (a: string, b: string): number => jaccard(shinglesOf(a), shinglesOf(b))
/** The text with so few words exchanged that it is a near-duplicate. */
const copyOf = (original: string): string => {
  for (;;) {
    const copy = edited(original, 0.02, random)
    if (copy !== original && similar(copy, original) >= 0.85) return copy
  }
}

async function opened(context: TestContext, directory?: string, maxTexts = 10_000) {
  const at = directory ?? (await temporaryDirectory(context))
  const warnings: string[] = []
  const overrides = settings({ duplicates: { ...settings().duplicates, maxTexts } })
  const registry = await createIndexRegistry(overrides, { directory: at, clock, log: { warn: (event) => warnings.push(event) } })
  context.after(() => registry.close())
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const write = (...texts: readonly (readonly [id: string, ...passages: string[]])[]) =>
    writer.replaceDocuments(
      texts.map(([id, ...passages]) => makeDocument(id, passages)),
      embedder.fingerprint,
      unlimited(),
    )
  const remove = (...ids: string[]) => writer.deleteDocuments(ids as DocumentId[], unlimited())
  const pinned = <T>(work: (reader: IndexReader) => Promise<T>) => reading(registry, work)
  /** Of each document, which is one passage, its group. */
  const groups = (...ids: string[]) =>
    pinned(async (reader) => {
      const texts = await Promise.all(ids.map(async (id) => (await reader.document(id as DocumentId, unlimited()))?.text ?? ''))
      const places = await reader.places(texts.map(textHash), null, unlimited())
      return ids.map((id) => places.find(({ doc }) => doc === id)?.group ?? assert.fail(`${id} stands nowhere`))
    })
  const placesOf = (...keys: string[]) => pinned(async (reader) => (await reader.places(keys, null, unlimited())).map(({ doc }) => doc))
  const verified = async () => assert.deepEqual(await failedChecks(registry), [])
  return { directory: at, registry, warnings, writer, write, remove, pinned, groups, placesOf, verified }
}

test('near-duplicates share a group in one batch and across batches, and what is not nearly the same does not', async (context) => {
  const { write, groups, placesOf, verified } = await opened(context)
  const [first, second] = [text(), text()]
  const { redundant: before } = await write(['a', first], ['b', copyOf(first)], ['c', second])
  const { redundant: after } = await write(['d', copyOf(first)], ['e', first.toUpperCase()])
  assert.deepEqual([before.exact, before.near, after.exact, after.near], [0, 1, 1, 1])
  const [a = '', b, c, d] = await groups('a', 'b', 'c', 'd')
  assert.deepEqual([b, d], [a, a])
  assert.notEqual(c, a)
  // Written in capitals it is the same text, whatever its names: found by its hash.
  assert.deepEqual((await placesOf(textHash(first), a)).sort(), ['a', 'b', 'd', 'e'])
  await verified()
})

test('texts that state something else stay apart, and those that state the same else stay together', async (context) => {
  const { write, groups } = await opened(context)
  const base = text()
  const stating = (what: string) => `${base} It keeps ${what} rows of them.`
  await write(['a', stating('10')], ['b', stating('20')], ['c', copyOf(base) + ' It keeps 20 rows of them.'], ['d', stating('no')])
  const [a, b, c, d] = await groups('a', 'b', 'c', 'd')
  assert.equal(b, c)
  assert.equal(new Set([a, b, d]).size, 3)
})

test('pages that repeat another word stay apart', async (context) => {
  const { write, groups } = await opened(context)
  const base = sentencesFrom(random, 30).join(' ')
  const page = (thing: string) => `${base} open the ${thing} and press it. then the ${thing} is gone.`
  assert.ok(similar(page('user'), page('group')) >= 0.8)
  await write(['a', page('user')], ['b', page('group')], ['c', page('group')])
  const [a, b, c] = await groups('a', 'b', 'c')
  assert.notEqual(a, b)
  assert.equal(b, c)
})

test('deleting and replacing keep it right: the group goes on without its founder, also in the next process', async (context) => {
  const { directory, registry, write, remove, groups } = await opened(context)
  const founder = text()
  const near = copyOf(founder)
  await write(['a', founder], ['b', near])
  const [group = ''] = await groups('b')
  await remove('a')
  assert.deepEqual(await groups('b'), [group])
  await write(['c', copyOf(near)])
  assert.deepEqual(await groups('c'), [group])
  await registry.close()

  const next = await opened(context, directory)
  await next.write(['d', copyOf(near)], ['a', founder])
  assert.deepEqual(await next.groups('b', 'd'), [group, group])
  assert.deepEqual(
    (await next.placesOf(group)).sort().filter((doc) => doc !== 'a'),
    ['b', 'c', 'd'],
  )
  // What was replaced by another text is in the group no more.
  await next.write(['b', text()])
  assert.notEqual((await next.groups('b'))[0], group)
  await next.verified()
})

test('a write that fails leaves nothing behind that later texts would join', async (context) => {
  const { writer, write, pinned } = await opened(context)
  const lost = text()
  await write(['x', text()])
  const made = makeDocument('a', [lost])
  // Read when the chunks have been written already.
  const breaking = Object.defineProperty({ ...made.document }, 'contentHash', { get: () => assert.fail('broken') })
  await assert.rejects(writer.replaceDocuments([{ ...made, document: breaking }], embedder.fingerprint, unlimited()))
  const near = copyOf(lost)
  await write(['b', near])
  // It founds its own group: that of the lost text would be named after a text that was never there.
  const founded = await pinned(async (reader) => {
    const [hit] = await reader.lexical(near, 1, null, null, unlimited())
    return hit?.group
  })
  assert.equal(founded, textHash(near))
})

test('0 texts compares nothing: exact duplicates share their text hash, near-duplicates share nothing', async (context) => {
  const { write, groups } = await opened(context, undefined, 0)
  const original = text()
  await write(['a', original], ['b', copyOf(original)], ['c', original])
  const [a, b, c] = await groups('a', 'b', 'c')
  assert.deepEqual([a, c], [textHash(original), textHash(original)])
  assert.notEqual(b, a)
})

test('texts beyond max_texts are not compared, which is reported once', async (context) => {
  const { write, groups, warnings } = await opened(context, undefined, 2)
  const [first, beyond] = [text(), text()]
  await write(['a', first], ['b', text()], ['c', beyond], ['d', text()])
  await write(['e', copyOf(beyond)], ['f', copyOf(first)])
  const [a, c, e, f] = await groups('a', 'c', 'e', 'f')
  assert.notEqual(e, c)
  assert.equal(f, a)
  assert.deepEqual(warnings, ['near_duplicates_not_compared'])
})

test('what a write knows is read again after one that was called off half-way, and not after one that had not begun', async (context) => {
  const { writer, write } = await opened(context)
  const reads = context.mock.method(NearGroups, 'open')
  await write(['a', text()])
  assert.equal(reads.mock.callCount(), 1)
  const calledOff = async (looks: number): Promise<void> => {
    const limits = {
      signal: new AbortController().signal,
      get deadline() {
        return looks-- > 0 ? Infinity : 0
      },
    }
    const replaced = writer.replaceDocuments([makeDocument('b', [text()])], embedder.fingerprint, limits)
    await assert.rejects(replaced, { code: 'deadline_exceeded' })
  }
  // At the fence, in the queue, when its turn came.
  for (const looks of [0, 1, 2]) await calledOff(looks)
  await write(['b', text()])
  assert.equal(reads.mock.callCount(), 1)
  await calledOff(3)
  await write(['b', text()])
  assert.equal(reads.mock.callCount(), 2)
})
