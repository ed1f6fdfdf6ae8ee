import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { InvariantError } from '../../src/core/errors.ts'
import type { ChunkId, DocumentId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import type { Filter, IndexDeclaration, IndexedDocument } from '../../src/core/types.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import { DIMENSIONS, declaration, docs, embedder, makeDocument, tenant, unitVector, unlimited } from './index-corpus.ts'

/** What every IndexReader keeps; `make` gives an empty registry. */
export function indexReaderContract(name: string, make: (context: TestContext) => Promise<IndexRegistry>): void {
  async function open(context: TestContext, documents: readonly IndexedDocument[], overrides: Partial<IndexDeclaration> = {}) {
    const registry = await make(context)
    await registry.create(tenant, declaration(overrides), embedder, unlimited())
    const writer = await registry.writer(tenant, docs, unlimited())
    if (documents.length > 0) await writer.replaceDocuments(documents, embedder.fingerprint, unlimited())
    const reader = await registry.pin(tenant, docs, unlimited())
    return { registry, writer, reader }
  }
  const lexical = (reader: IndexReader, query: string, k = 10, filter: Filter | null = null, within: readonly string[] | null = null) =>
    reader.lexical(query, k, filter, within as readonly DocumentId[] | null, unlimited())
  const vector = (
    reader: IndexReader,
    query: Float32Array,
    k = 10,
    filter: Filter | null = null,
    within: readonly string[] | null = null,
  ) => reader.vector(query, k, filter, within as readonly DocumentId[] | null, unlimited())

  test(`${name}: an empty index answers everything with nothing`, async (context) => {
    const { reader } = await open(context, [])
    assert.deepEqual(await lexical(reader, 'anything'), [])
    assert.deepEqual(await vector(reader, unitVector(1)), [])
    assert.deepEqual(await reader.lexicalDocuments('x', 5, null, unlimited()), [])
    assert.deepEqual(await reader.vectorDocuments(unitVector(1), 5, null, unlimited()), [])
    assert.deepEqual(await reader.load([], unlimited()), [])
    assert.deepEqual(await reader.places([textHash('x')], null, unlimited()), [])
    assert.deepEqual(await reader.documents({ after: null, limit: 5 }, unlimited()), [])
    assert.equal(await reader.document('a' as DocumentId, unlimited()), null)
    reader.release()
  })

  test(`${name}: gives back documents and chunks exactly as they were written`, async (context) => {
    const written = makeDocument(
      'döc/1 "quoted" \'s',
      [{ text: 'Grüße, 世界 👋\nsecond line', heading: ['Guide', 'Naïve "head"'] }, { text: '  leading blanks. ' }, { text: 'plain\0nul' }],
      { title: 'Titel', metadata: { product: 'api', nested: { list: [1, 'two', null, true] } } },
    )
    const { reader } = await open(context, [written, makeDocument('other', ['unrelated'])], { fields: { product: 'keyword' } })
    assert.deepEqual(await reader.document(written.document.id, unlimited()), written.document)
    const hits = await vector(reader, unitVector(1), 10, null, [written.document.id])
    const chunks = await reader.load(
      hits.map((hit) => hit.row),
      unlimited(),
    )
    assert.deepEqual(
      chunks.map((chunk) => chunk.id),
      hits.map((hit) => hit.chunk),
    )
    assert.deepEqual(
      [...chunks].sort((a, b) => a.ordinal - b.ordinal),
      written.chunks.map(({ chunk }) => chunk),
    )
    for (const chunk of chunks) assert.equal(chunk.text, written.document.text.slice(chunk.span.start, chunk.span.end))
    const ids = written.chunks.map(({ chunk }) => chunk.id)
    assert.deepEqual(
      await reader.chunks([...ids.toReversed(), 'nowhere' as ChunkId, ...ids], unlimited()),
      written.chunks.map(({ chunk }) => chunk).reverse(),
    )
    assert.deepEqual(await reader.chunks([], unlimited()), [])
    const [summary] = await reader.documents({ after: null, limit: 1 }, unlimited())
    const { text, ...rest } = written.document
    assert.deepEqual(summary, { ...rest, characters: text.length, chunks: 3 })
    reader.release()
  })

  test(`${name}: lexical search knows titles, headings, stems and accents, and takes no query for syntax`, async (context) => {
    const { reader } = await open(context, [
      makeDocument('a', [{ text: 'The keys are rotated weekly.', heading: ['Credentials'] }], { title: 'Security handbook' }),
      makeDocument('b', ['A café in Zürich']),
    ])
    const found = async (query: string) => (await lexical(reader, query)).map((hit) => hit.doc)
    for (const query of [
      'rotating key',
      'credentials',
      'HANDBOOK',
      '"keys rotated"',
      'key AND -nothing (x:y) *',
      'rotated\0weekly',
      'key \ud800',
    ]) {
      assert.deepEqual(await found(query), ['a'], query)
    }
    assert.deepEqual(await found('cafe zurich'), ['b'])
    for (const query of ['', '   ', '"', '???', 'the and of', '👋', 'x'.repeat(5000), 'nothing '.repeat(5000)])
      assert.deepEqual(await found(query), [])
    reader.release()
  })

  test(`${name}: vector scores are cosine similarities, best first`, async (context) => {
    const query = unitVector(1)
    const opposite = query.map((value) => -value)
    const { reader } = await open(context, [
      makeDocument('same', [{ text: 'a', vector: query }]),
      makeDocument('opposite', [{ text: 'b', vector: opposite }]),
      makeDocument('some', [{ text: 'c', vector: unitVector(2) }]),
    ])
    const hits = await vector(reader, query)
    assert.deepEqual([hits[0]?.doc, hits[2]?.doc], ['same', 'opposite'])
    const expected = unitVector(2).reduce((sum, value, index) => sum + value * (query[index] ?? 0), 0)
    for (const [index, score] of [1, expected, -1].entries()) assert.ok(Math.abs((hits[index]?.score ?? 9) - score) < 1e-5)
    const documents = await reader.vectorDocuments(query, 2, null, unlimited())
    assert.deepEqual(
      documents.map((hit) => hit.doc),
      ['same', 'some'],
    )
    reader.release()
  })

  test(`${name}: ties are cut by chunk id, the same way on every call`, async (context) => {
    const copies = Array.from({ length: 120 }, (_, index) =>
      makeDocument(`copy${String(index).padStart(3, '0')}`, ['the same boilerplate text']),
    )
    const best = makeDocument('zz-best', [{ text: 'boilerplate boilerplate boilerplate', vector: unitVector(1) }])
    const { reader } = await open(context, [...copies.reverse(), best])
    const expected = ['zz-best', ...Array.from({ length: 9 }, (_, index) => `copy00${index}`)]
    const same = makeDocument('x', ['the same boilerplate text']).chunks[0]?.vector ?? unitVector(1)
    for (let round = 0; round < 5; round++) {
      assert.deepEqual(
        (await lexical(reader, 'boilerplate', 10)).map((hit) => hit.doc),
        expected,
      )
      assert.deepEqual(
        (await vector(reader, same, 9)).map((hit) => hit.doc),
        expected.slice(1),
      )
    }
    assert.equal((await lexical(reader, 'boilerplate', 5000)).length, 121)
    reader.release()
  })

  test(`${name}: within and filter restrict together, in every search and in places`, async (context) => {
    const document = (id: string, product: string | null) =>
      makeDocument(id, ['shared words', `only ${id}`], { title: 'common', metadata: { product } })
    const { reader } = await open(context, [document('a', 'api'), document('b', 'api'), document('c', 'web'), document('d', null)], {
      fields: { product: 'keyword' },
    })
    const api: Filter = { op: 'eq', field: 'product', value: 'api' }
    const ids = (hits: readonly { readonly doc: string }[]) => [...new Set(hits.map((hit) => hit.doc))].sort()
    assert.deepEqual(ids(await lexical(reader, 'shared', 10, api)), ['a', 'b'])
    assert.deepEqual(ids(await lexical(reader, 'shared', 10, api, ['b', 'c'])), ['b'])
    assert.deepEqual(ids(await vector(reader, unitVector(3), 10, { op: 'not', filter: api }, ['b', 'c', 'd'])), ['c', 'd'])
    assert.deepEqual(await lexical(reader, 'shared', 10, null, []), [])
    assert.deepEqual(await vector(reader, unitVector(3), 10, null, []), [])
    assert.deepEqual(ids(await reader.lexicalDocuments('common', 10, api, unlimited())), ['a', 'b'])
    assert.deepEqual(ids(await reader.vectorDocuments(unitVector(3), 10, { op: 'exists', field: 'product' }, unlimited())), ['a', 'b', 'c'])
    assert.deepEqual(
      (await reader.places([textHash('shared words')], api, unlimited())).map((place) => [place.doc, place.span.start]),
      [
        ['a', 0],
        ['b', 0],
      ],
    )
    for (const call of [
      lexical(reader, 'x', 5, { op: 'eq', field: 'nope', value: 1 }),
      vector(reader, unitVector(1), 5, { op: 'exists', field: 'id' }),
    ]) {
      await assert.rejects(call, { code: 'unknown_filter_field' })
    }
    await assert.rejects(lexical(reader, 'x', 5, { op: 'eq', field: 'product', value: 1 }), { code: 'invalid_filter' })
    const tooMany = Array.from({ length: 501 }, (_, index) => `d${index}`)
    await assert.rejects(lexical(reader, 'x', 5, null, tooMany), InvariantError)
    reader.release()
  })

  test(`${name}: a pinned reader sees its revision, whatever is written meanwhile`, async (context) => {
    const { registry, writer, reader } = await open(context, [makeDocument('a', ['first version'])])
    const before = (await lexical(reader, 'version'))[0]
    for (let round = 0; round < 8; round++) {
      await writer.replaceDocuments(
        [makeDocument('a', [`changed ${round}`]), makeDocument(`n${round}`, ['version'])],
        embedder.fingerprint,
        unlimited(),
      )
      await writer.optimize(unlimited())
    }
    assert.deepEqual((await lexical(reader, 'version'))[0], before)
    assert.deepEqual(
      (await reader.load(before === undefined ? [] : [before.row], unlimited())).map((chunk) => chunk.text),
      ['first version'],
    )
    assert.equal((await reader.documents({ after: null, limit: 10 }, unlimited())).length, 1)
    const fresh = await registry.pin(tenant, docs, unlimited())
    assert.ok(fresh.revision > reader.revision)
    assert.equal(fresh.counts.documents, 9)
    assert.deepEqual(await lexical(fresh, 'first'), [])
    fresh.release()
    reader.release()
  })

  test(`${name}: documents come in pages, by id`, async (context) => {
    const ids = Array.from({ length: 23 }, (_, index) => `it's ${String(index).padStart(2, '0')}`)
    const { reader } = await open(
      context,
      ids.map((id) => makeDocument(id, ['text'])),
    )
    const seen: string[] = []
    for (let after: DocumentId | null = null; ;) {
      const page: readonly { readonly id: DocumentId }[] = await reader.documents({ after, limit: 10 }, unlimited())
      const last = page.at(-1)
      if (last === undefined) break
      seen.push(...page.map((document) => document.id))
      after = last.id
    }
    assert.deepEqual(seen, ids)
    reader.release()
  })

  test(`${name}: bad vectors, unknown rows and released readers are bugs`, async (context) => {
    const { reader } = await open(context, [makeDocument('a', ['text'])])
    for (const bad of [new Float32Array(DIMENSIONS - 1), new Float32Array(0), unitVector(1).fill(NaN), unitVector(1).fill(Infinity)]) {
      await assert.rejects(vector(reader, bad), InvariantError)
    }
    for (const k of [0, -1, 1.5, NaN]) await assert.rejects(lexical(reader, 'text', k), InvariantError)
    await assert.rejects(reader.load([123456789n], unlimited()), InvariantError)
    reader.release()
    assert.throws(() => reader.release(), InvariantError)
    await assert.rejects(lexical(reader, 'text'), InvariantError)
  })

  test(`${name}: calls end with their limits`, async (context) => {
    const { reader } = await open(context, [makeDocument('a', ['text'])])
    await assert.rejects(reader.lexical('text', 5, null, null, { signal: AbortSignal.abort(), deadline: Infinity }), { code: 'cancelled' })
    await assert.rejects(reader.lexical('text', 5, null, null, { signal: new AbortController().signal, deadline: 0 }), {
      code: 'deadline_exceeded',
    })
    reader.release()
  })
}
