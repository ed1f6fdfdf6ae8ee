import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DuplicatesTally } from '../../src/core/near/duplicates-tally.ts'
import { textHash } from '../../src/core/text/normalise.ts'
import { edited, randomFrom, sentencesFrom } from '../core/near/corpus.ts'
import { declaration, docs, embedder, makeDocument, openRegistry, temporaryDirectory, tenant, unlimited } from '../contract/index-corpus.ts'

test('the report says by source what is the same, nearly the same and boilerplate, and shows the largest groups', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context))
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const random = randomFrom(21)
  const text = sentencesFrom(random, 12).join(' ')
  const near = edited(text, 0.01, random)
  assert.notEqual(near, text)
  const footer = (id: string) => {
    const made = makeDocument(id, [`own text of ${id}`, 'footer '.repeat(4)])
    return {
      ...made,
      chunks: made.chunks.map((each, at) => (at === 0 ? each : { ...each, chunk: { ...each.chunk, boilerplate: true as const } })),
    }
  }
  const batch = [makeDocument('a/1', [text]), makeDocument('a/2', [text]), makeDocument('b/1', [near]), footer('c/1'), footer('c/2')]
  await writer.replaceDocuments(batch, embedder.fingerprint, unlimited())
  const reader = await registry.pin(tenant, docs, unlimited())
  const { total, sources, groups } = await reader.duplicates(unlimited())
  reader.release()
  // In this corpus a character is a token.
  const tokens = text.length
  assert.deepEqual(
    sources.map(({ source, documents, chunks }) => [source, documents, chunks]),
    [
      ['a', 2, 2],
      ['b', 1, 1],
      ['c', 2, 4],
    ],
  )
  assert.deepEqual(sources[0]?.exact, { chunks: 1, tokens })
  assert.deepEqual(sources[1]?.near, { chunks: 1, tokens: near.length })
  assert.deepEqual(sources[2]?.boilerplate, { chunks: 1, tokens: 28 })
  assert.deepEqual([total.documents, total.chunks, total.exact.chunks, total.near.chunks, total.boilerplate.chunks], [5, 7, 1, 1, 1])
  assert.equal(total.redundantShare, (tokens + near.length + 28) / total.tokens)
  assert.deepEqual(
    groups.map((group) => ({ ...group, text: group.text.slice(0, 6), documents: group.documents.toSorted() })),
    [
      { chunks: 3, tokens, text: text.slice(0, 6), documents: ['a/1', 'a/2', 'b/1'] },
      { chunks: 2, tokens: 28, text: 'footer', documents: ['c/1', 'c/2'] },
    ],
  )
})

test('questions have their turn while the report is made', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context), { nativeCalls: 1 })
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments([makeDocument('a', ['one passage', 'and another'])], embedder.fingerprint, unlimited())
  const reader = await registry.pin(tenant, docs, unlimited())
  const order: string[] = []
  await Promise.all([
    reader.duplicates(unlimited()).then(() => order.push('report')),
    reader.lexical('passage', 5, null, null, unlimited()).then(() => order.push('question')),
  ])
  reader.release()
  assert.deepEqual(order, ['question', 'report'])
})

test('an empty index has nothing redundant', async (context) => {
  const registry = await openRegistry(context, await temporaryDirectory(context))
  await registry.create(tenant, declaration(), embedder, unlimited())
  const reader = await registry.pin(tenant, docs, unlimited())
  const { total, sources, groups } = await reader.duplicates(unlimited())
  reader.release()
  assert.deepEqual([total.redundantShare, sources, groups], [0, [], []])
})

test('sources beyond the limit are one', () => {
  const tally = new DuplicatesTally()
  for (const [at, source] of ['a', 'b', 'c'].entries()) {
    tally.add({ source, textHash: textHash(source), founder: null, isSilent: false, isFirst: true, tokens: 10 - at })
  }
  assert.deepEqual(
    tally.sources(1).sources.map(({ source, tokens, documents }) => [source, tokens, documents]),
    [
      ['a', 10, 1],
      ['…', 17, 2],
    ],
  )
})
