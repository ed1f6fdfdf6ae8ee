import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId, VersionRef } from '../../src/core/ids.ts'
import { forever, INGEST, indexName, raw, tenant } from './kit.ts'
import { asIs, each, open, page, place, quiet, SETTINGS, v } from './releases-kit.ts'

test('a version is rebuilt from what is stored, chunk for chunk, and what was embedded before is not embedded again', async (context) => {
  const { indexes, releases, ingest } = await open(context)
  await ingest(['alpha', 'beta'])
  const change = { language: 'German', encodings: ['o200k_base', 'cl100k_base'] } as const
  const report = await releases.rebuild({ ...place, change, publish: true, force: null }, quiet, forever)
  assert.deepEqual([report.version, report.replaced, report.copied, report.embeddedChunks], ['v2', 'v1', 2, 0])
  assert.ok(report.checks.every(({ ok }) => ok))
  assert.ok(report.checks.some(({ name, checked }) => name === 'self_retrieval_vector' && checked >= 2))
  const chunks = async (ref: VersionRef) => {
    const reader = await indexes.pin(tenant, indexName, forever, ref)
    const hits = await reader.lexical('alpha', 10, null, null, forever)
    const loaded = await reader.load(
      hits.map(({ row }) => row),
      forever,
    )
    reader.release()
    return loaded.map(({ sentenceTokens, ...chunk }) => ({ ...chunk, tokens: sentenceTokens.o200k_base }))
  }
  assert.deepEqual(await chunks('current'), await chunks('previous'))
  const { declaration: now } = await indexes.status(tenant, indexName, forever)
  assert.deepEqual([now.language, now.encodings], ['German', ['o200k_base', 'cl100k_base']])
})

test('what is written while a version is built and published is in it, whoever writes it', async (context) => {
  const { indexes, releases, ingest, remove, names } = await open(context)
  await ingest(['alpha', 'beta', 'gamma'])
  let writing: Promise<unknown> = Promise.resolve()
  let told = 0
  const tell = (): void => {
    told++
    const name = `during${told}`
    writing = Promise.all([writing, ingest([name])])
    if (told === 2) writing = Promise.all([writing, remove('beta')])
  }
  await releases.rebuild({ ...place, change: { encodings: [] }, publish: true, force: null }, tell, forever)
  await writing
  const expected = ['alpha', 'gamma', ...Array.from({ length: told }, (_, at) => `during${at + 1}`)].sort()
  assert.ok(told > 3)
  assert.deepEqual(await names(), expected)
  assert.equal((await indexes.status(tenant, indexName, forever)).version, 'v2')
  assert.ok((await indexes.verify(tenant, indexName, forever)).every(({ ok }) => ok))
})

test('a load that runs over a publication goes on in the new version, and tells of each document once', async (context) => {
  const { indexes, releases, ingest, names } = await open(context)
  await ingest(['first'])
  const wanted = Array.from({ length: 40 }, (_, at) => `doc${at}`)
  async function* source() {
    for (const [at, name] of wanted.entries()) {
      // Between two batches; the second one was prepared for the version that is current no more.
      if (at === 20) await releases.rebuild({ ...place, change: { encodings: ['r50k_base'] }, publish: true, force: null }, quiet, forever)
      yield page(name)
    }
  }
  const { documents } = await ingest([], source())
  assert.deepEqual(documents, { new: 40, changed: 0, unchanged: 0, failed: 0 })
  assert.deepEqual(await names(), ['first', ...wanted].sort())
  const reader = await indexes.pin(tenant, indexName, forever)
  const hits = await reader.lexical('doc30', 5, null, null, forever)
  const [chunk] = await reader.load(
    hits.slice(0, 1).map(({ row }) => row),
    forever,
  )
  reader.release()
  assert.deepEqual(Object.keys(chunk?.sentenceTokens ?? {}), ['r50k_base'])
})

test('a rollback brings along what was stored since, and the next publication does so again', async (context) => {
  const { releases, ingest, remove, names } = await open(context)
  await ingest(['alpha', 'beta'])
  await releases.rebuild({ ...place, change: {}, publish: true, force: null }, quiet, forever)
  await ingest(['gamma'])
  await remove('alpha')
  const back = await releases.rollback({ ...place, stale: false, drop: false }, quiet, forever)
  assert.deepEqual([back.version, back.replaced, back.copied, back.removed], ['v1', 'v2', 1, 1])
  assert.deepEqual(await names(), ['beta', 'gamma'])
  await ingest(['delta'])
  const forth = await releases.publish({ ...place, version: v(2), ...asIs }, quiet, forever)
  assert.deepEqual([forth.copied, forth.replaced], [1, 'v1'])
  assert.deepEqual(await names(), ['beta', 'delta', 'gamma'])
  const { onlyA, onlyB, changed } = await releases.diff(tenant, indexName, v(1), v(2), forever)
  assert.deepEqual([onlyA, onlyB, changed], [0, 0, 0])
})

test('a stale rollback leaves documents behind, and no publication takes them out unasked', async (context) => {
  const { releases, ingest, names } = await open(context)
  await ingest(['alpha'])
  await releases.rebuild({ ...place, change: {}, publish: true, force: null }, quiet, forever)
  await ingest(['beta'])
  await releases.rollback({ ...place, stale: true, drop: false }, quiet, forever)
  assert.deepEqual(await names(), ['alpha'])
  await ingest(['gamma'])
  await assert.rejects(releases.publish({ ...place, version: v(2), ...asIs }, quiet, forever), (error: AppError) => {
    assert.equal(error.code, 'version_differs')
    assert.equal(error.details['only_there'], 1)
    return true
  })
  assert.deepEqual(await names(v(2)), ['alpha', 'beta'])
  const diff = await releases.diff(tenant, indexName, v(1), v(2), forever)
  assert.deepEqual(diff.examples, { onlyA: ['gamma.md'], onlyB: ['beta.md'], changed: [] })
  await releases.publish({ ...place, version: v(2), ...asIs, drop: true }, quiet, forever)
  assert.deepEqual(await names(), ['alpha', 'gamma'])
})

test('boilerplate is recognised in a version as it was in the index, also where few documents are brought along', async (context) => {
  const boilerplate = { boilerplateDocuments: 5, boilerplateShare: 0.3, countedBlocks: 10_000 }
  const { indexes, releases, ingest } = await open(context, { ingest: { ...INGEST, boilerplate } })
  const footer = 'This page was printed by the machine in the cellar, which has no windows.'
  async function* pages(from: number, to: number) {
    for (let at = from; at < to; at++)
      yield raw(
        `site/${at}.md`,
        `# Page ${at}\n\nThere is much to tell about number ${at}, and more: where it was found, who counted it, and what became of it after the summer of that year.\n\n${footer}`,
      )
  }
  await ingest([], pages(0, 20))
  const marked = async (ref: VersionRef): Promise<number> => {
    const reader = await indexes.pin(tenant, indexName, forever, ref)
    const hits = await reader.lexical('much to tell about number', 100, null, null, forever)
    const loaded = await reader.load(
      hits.map(({ row }) => row),
      forever,
    )
    reader.release()
    return loaded.filter(({ text }) => text.includes('cellar')).length
  }
  await releases.rebuild({ ...place, change: {}, publish: true, force: null }, quiet, forever)
  assert.equal(await marked('current'), 0, 'no chunk of content holds the footer')
  await ingest([], pages(20, 21))
  await releases.rollback({ ...place, stale: false, drop: false }, quiet, forever)
  const reader = await indexes.pin(tenant, indexName, forever)
  const hits = await reader.lexical('number 20', 3, null, ['site/20.md' as DocumentId], forever)
  const [chunk] = await reader.load(
    hits.slice(0, 1).map(({ row }) => row),
    forever,
  )
  reader.release()
  assert.ok(chunk && !chunk.text.includes('cellar'))
})

test('boilerplate of a folder that is a small part of the index is recognised in a version too', async (context) => {
  const boilerplate = { boilerplateDocuments: 16, boilerplateShare: 0.3, countedBlocks: 10_000 }
  // The first batch of a load, a 16th of a full one, holds the whole folder: of two batches either may be the first to be ready.
  const { indexes, releases, ingest } = await open(context, { ingest: { ...INGEST, batchDocuments: 512, boilerplate } })
  const footer = 'This page was printed by the machine in the cellar, which has no windows.'
  const body = (at: number) => `There is so much to tell about number ${at}, and then some more: where it was found and who counted it.`
  await ingest([], each(Array.from({ length: 480 }, (_, at) => raw(`large/${at}.md`, `Page ${at}.`))))
  // A version that learns from every second document sees 15 of them.
  await ingest([], each(Array.from({ length: 30 }, (_, at) => raw(`small/${at}.md`, `# Page ${at}\n\n${body(at)}\n\n${footer}`))))
  const texts = async (): Promise<readonly string[]> => {
    const reader = await indexes.pin(tenant, indexName, forever)
    const hits = await reader.lexical('cellar', 100, null, null, forever)
    const loaded = await reader.load(
      hits.map(({ row }) => row),
      forever,
    )
    reader.release()
    return loaded.map(({ text }) => text)
  }
  assert.deepEqual(await texts(), [footer])
  await releases.rebuild({ ...place, change: {}, publish: true, force: null }, quiet, forever)
  assert.deepEqual(await texts(), [footer])
})

test('boilerplate of an index is boilerplate in a version, although too few documents are left to learn it from', async (context) => {
  const boilerplate = { boilerplateDocuments: 6, boilerplateShare: 0.3, countedBlocks: 10_000 }
  const { indexes, releases, ingest } = await open(context, { ingest: { ...INGEST, boilerplate } })
  const footer = 'This page was printed by the machine in the cellar, which has no windows.'
  const body = (at: number) => `There is so much to tell about number ${at}, and then some more: where it was found and who counted it.`
  for (const at of Array.from({ length: 8 }).keys())
    await ingest([], each([raw(`site/${at}.md`, `# Page ${at}\n\n${body(at)}\n\n${footer}`)]))
  const early = Array.from({ length: 5 }, (_, at) => `site/${at}.md` as DocumentId)
  await (await indexes.writer(tenant, indexName, forever)).deleteDocuments(early, forever)
  await releases.rebuild({ ...place, change: {}, publish: true, force: null }, quiet, forever)
  const reader = await indexes.pin(tenant, indexName, forever)
  const hits = await reader.lexical('cellar', 100, null, null, forever)
  const loaded = await reader.load(
    hits.map(({ row }) => row),
    forever,
  )
  reader.release()
  assert.deepEqual(
    loaded.map(({ text }) => text),
    [footer],
  )
})

test('a cancelled build leaves nothing, and one that cannot follow gives up', async (context) => {
  const { releases, ingest, states, names } = await open(context, { settings: { ...SETTINGS, lockedDocuments: 1, catchUpRounds: 1 } })
  await ingest(['alpha', 'beta'])
  const stop = new AbortController()
  const cancelled = releases.rebuild(
    { ...place, change: {}, publish: true, force: null },
    () => stop.abort(new AppError('cancelled', 'gone')),
    {
      ...forever,
      signal: stop.signal,
    },
  )
  await assert.rejects(cancelled, { code: 'cancelled' })
  assert.deepEqual(await states(), ['v1 published'])
  const writing: Promise<unknown>[] = []
  const tell = ({ stage }: { stage: string }): void => {
    if (stage === 'publish' && writing.length === 0) writing.push(ingest(['x', 'y', 'z']))
  }
  await releases.rebuild({ ...place, change: {}, publish: false, force: null }, quiet, forever)
  await ingest(['gamma', 'delta', 'epsilon'])
  await releases.publish({ ...place, version: v(2), ...asIs }, tell, forever)
  await Promise.all(writing)
  assert.deepEqual(await names(), ['alpha', 'beta', 'delta', 'epsilon', 'gamma', 'x', 'y', 'z'])
})
