import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { batches } from '../../ingest/batches.ts'
import { createIngester } from '../../ingest/ingester.ts'
import { sourceHash } from '../../ingest/source-hash.ts'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId, IndexName } from '../../src/core/ids.ts'
import type { IngestedDocument, IngestReport } from '../../src/core/ports/ingester.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { IndexDeclaration, RawDocument } from '../../src/core/types.ts'
import { openRegistry, temporaryDirectory } from '../contract/index-corpus.ts'
import { zipOf } from './archive-kit.ts'
import { pdfOf } from './pdf-kit.ts'
import { openPool } from './parser-kit.ts'
import { clock, declaration, forever, INGEST, indexName, openModels, raw, tenant } from './kit.ts'

const models = openModels()
after(() => models.profiles.close())
const parsers = await openPool()

async function* each(documents: Iterable<RawDocument>): AsyncGenerator<RawDocument> {
  for (const document of documents) yield await Promise.resolve(document)
}

async function open(context: TestContext, changes: Partial<IndexDeclaration> = {}, settings = INGEST, pool = parsers) {
  const indexes = await openRegistry(context, await temporaryDirectory(context))
  const { passages } = await models.profiles.open('fast')
  await indexes.create(tenant, declaration(changes), passages, forever)
  const ingester = createIngester(settings, { indexes, profiles: models.profiles, counters: models.counters, clock, parsers: pool })
  const ingest = async (documents: Iterable<RawDocument>, limits: Limits = forever) => {
    const seen: IngestedDocument[] = []
    const report = await ingester.ingest(tenant, indexName, each(documents), { document: (result) => void seen.push(result) }, limits)
    return { report, seen, statuses: Object.fromEntries(seen.map(({ id, status }) => [id, status])) }
  }
  const read = async (id: string) => {
    const reader = await indexes.pin(tenant, indexName, forever)
    const document = await reader.document(id as DocumentId, forever)
    reader.release()
    return document?.text ?? null
  }
  const counts = async () => (await indexes.status(tenant, indexName, forever)).counts
  return { indexes, ingester, ingest, read, counts }
}

const page = (name: string, words = 60) =>
  `# ${name}\n\n${Array.from({ length: words }, (_, i) => `${name} word${i}`).join(' ')}.\n\n## Part\n\nMore of ${name}.`

test('documents become searchable chunks, once; unchanged ones cost no embedding', async (context) => {
  const { indexes, ingest, counts } = await open(context)
  const documents = ['alpha', 'beta', 'gamma'].map((name) => raw(`${name}.md`, page(name)))
  const first = await ingest(documents)
  assert.deepEqual(first.statuses, { 'alpha.md': 'new', 'beta.md': 'new', 'gamma.md': 'new' })
  assert.equal(first.report.chunks, first.report.embeddedChunks)
  assert.ok(first.report.embedTokens > first.report.chunks)
  assert.deepEqual(await counts(), { documents: 3, chunks: first.report.chunks })
  assert.ok((await indexes.verify(tenant, indexName, forever)).every((check) => check.ok))

  const reader = await indexes.pin(tenant, indexName, forever)
  const hits = await reader.lexical('beta word7', 3, null, null, forever)
  const [best] = await reader.load(
    hits.slice(0, 1).map(({ row }) => row),
    forever,
  )
  reader.release()
  assert.equal(best?.doc, 'beta.md')

  const again = await ingest(documents)
  assert.deepEqual(again.report.documents, { new: 0, changed: 0, unchanged: 3, failed: 0 })
  assert.equal(again.report.embeddedChunks + again.report.embedTokens + again.report.chunks, 0)
  assert.equal(again.report.revision, first.report.revision)
})

test('what a load wrote is in the indexes at its end; what a job wrote waits for a pause', async (context) => {
  const { indexes, ingester, ingest } = await open(context, {}, { ...INGEST, optimizeChunks: 2 })
  const part = await ingest([raw('a', page('alpha', 900))])
  const load = async (document: RawDocument) =>
    (await ingester.load(tenant, indexName, each([document]), { document: () => undefined }, forever)).revision
  // A write makes one revision, and so does what brings the rows of both into the indexes.
  assert.equal(await load(raw('b', page('beta', 900))), part.report.revision + 2)
  assert.equal(await load(raw('c', 'Short.')), part.report.revision + 3, 'a few chunks are left to a pause as well')
  assert.equal((await indexes.status(tenant, indexName, forever)).revision, part.report.revision + 3)
})

test('a changed document replaces its chunks', async (context) => {
  const { ingest, counts, read } = await open(context)
  await ingest([raw('a', page('long', 900)), raw('b', page('other'))])
  const before = await counts()
  const { statuses, report } = await ingest([raw('a', 'Short now.'), raw('b', page('other'))])
  assert.deepEqual(statuses, { a: 'changed', b: 'unchanged' })
  assert.equal(report.chunks, 1)
  assert.equal(await read('a'), 'Short now.')
  assert.ok((await counts()).chunks < before.chunks)
})

test('a bad document is reported and the rest goes on', async (context) => {
  const { ingest, counts } = await open(context, { fields: { updated: 'date' } })
  const { report, seen } = await ingest([
    raw('good', 'Text.', { metadata: { updated: '2026-01-01' } }),
    raw('pdf', 'x', { mediaType: 'application/pdf' }),
    raw('binary', 'a\0b'),
    raw('field', 'Text.', { metadata: { updated: 'soon' } }),
    raw('field2', 'Text.', { metadata: { updated: 7 } }),
    raw('last', 'More text.'),
  ])
  assert.deepEqual(report.documents, { new: 2, changed: 0, unchanged: 0, failed: 4 })
  const codes = Object.fromEntries(seen.map(({ id, error }) => [id, error?.code ?? null]))
  assert.deepEqual(codes, {
    good: null,
    pdf: 'unsupported_media_type',
    binary: 'invalid_document',
    field: 'invalid_document',
    field2: 'invalid_document',
    last: null,
  })
  assert.deepEqual((await counts()).documents, 2)
})

test('of several documents with one id the last wins, near or far', async (context) => {
  const { ingest, read, counts } = await open(context, {}, { ...INGEST, batchDocuments: 4 })
  const filler = Array.from({ length: 20 }, (_, i) => raw(`f${i}`, `Filler ${i}.`))
  await ingest([raw('a', 'v0')])
  const { seen } = await ingest([
    raw('a', 'v1'),
    raw('a', 'v2'),
    raw('a', 'v0'),
    ...filler,
    raw('f3', 'Last of f3.'),
    raw('b', 'x'),
    raw('b', 'x'),
  ])
  assert.equal(await read('a'), 'v0')
  assert.equal(await read('f3'), 'Last of f3.')
  assert.equal(seen.length, 26)
  assert.deepEqual(
    seen.filter(({ id }) => id === 'b').map(({ status }) => status),
    ['new', 'unchanged'],
  )
  assert.equal((await counts()).documents, 22)
})

test('equal embedded texts are embedded once, across batches too, and stored everywhere', async (context) => {
  const { ingest, counts } = await open(context, {}, { ...INGEST, batchDocuments: 2 })
  const { report } = await ingest(Array.from({ length: 9 }, (_, i) => raw(`copy${i}`, page('same'))))
  assert.equal(report.embeddedChunks * 9, report.chunks)
  assert.equal(report.embeddedChunks + report.duplicateChunks, report.chunks)
  assert.equal((await counts()).documents, 9)
})

test('vectors that are kept are bounded', async (context) => {
  const { ingest } = await open(context, {}, { ...INGEST, batchDocuments: 1, reusedVectors: 0 })
  const { report } = await ingest([raw('a', 'Same text.'), raw('b', 'Same text.')])
  assert.deepEqual([report.embeddedChunks, report.duplicateChunks, report.cachedChunks], [1, 0, 1])
})

test('what was embedded before is not embedded again: a text that comes back, and one whose document was deleted', async (context) => {
  const { ingest, indexes } = await open(context)
  const first = await ingest([raw('a', 'One text.'), raw('b', 'Another text.')])
  assert.deepEqual([first.report.embeddedChunks, first.report.cachedChunks], [2, 0])
  await (await indexes.writer(tenant, indexName, forever)).deleteDocuments(['a' as DocumentId], forever)
  const second = await ingest([raw('a', 'One text.'), raw('c', 'A third text.')])
  assert.deepEqual([second.report.embeddedChunks, second.report.cachedChunks, second.report.embedTokens > 0], [1, 1, true])
  assert.ok((await indexes.verify(tenant, indexName, forever)).every(({ ok }) => ok))
})

test('the source is pulled: never more than batches_ahead, and one that is collected, ahead of what is durable', async (context) => {
  const { ingester, indexes } = await open(context, {}, { ...INGEST, batchDocuments: 16 })
  let [pulled, durable, ahead] = [0, 0, 0]
  async function* source() {
    for (let i = 0; i < 200; i++) {
      ahead = Math.max(ahead, pulled - durable)
      pulled++
      yield await Promise.resolve(raw(`d${i}`, `Document ${i}.`))
    }
  }
  await ingester.ingest(tenant, indexName, source(), { document: () => (durable += 1) }, forever)
  assert.equal((await indexes.status(tenant, indexName, forever)).counts.documents, 200)
  assert.ok(ahead <= (INGEST.batchesAhead + 1) * 16, `${ahead} ahead`)
})

test('unit document: one chunk each, what the encoder cut is counted', async (context) => {
  const { ingest } = await open(context, { unit: 'document' })
  const { report } = await ingest([raw('long', page('word', 2000)), raw('short', 'Short.')])
  assert.deepEqual([report.chunks, report.cutChunks], [2, 1])
})

test('cancelled in the middle: what was reported stands, and the index is whole', async (context) => {
  const { ingester, indexes, counts } = await open(context, {}, { ...INGEST, batchDocuments: 16 })
  const controller = new AbortController()
  let durable = 0
  const taken: IngestReport[] = []
  const documents = Array.from({ length: 200 }, (_, i) => raw(`d${i}`, `Document ${i}.`))
  const events = {
    document: () => {
      durable++
      if (durable === 5) controller.abort()
    },
    interrupted: (report: IngestReport) => void taken.push(report),
  }
  await assert.rejects(ingester.ingest(tenant, indexName, each(documents), events, { ...forever, signal: controller.signal }), {
    code: 'cancelled',
  })
  assert.ok(durable >= 5 && durable < 200)
  assert.equal(taken.length, 1)
  assert.deepEqual([taken[0]?.documents.new, (taken[0]?.storedBytes ?? 0) > 0], [durable, true], 'what was taken is told')
  assert.ok((await counts()).documents >= durable)
  assert.ok((await indexes.verify(tenant, indexName, forever)).every((check) => check.ok))
})

test('what concerns every document rejects the ingest', async (context) => {
  const { ingester, indexes } = await open(context)
  const events = { document: () => undefined, interrupted: () => assert.fail('nothing was taken') }
  await assert.rejects(ingester.ingest(tenant, 'nowhere' as IndexName, each([]), events, forever), { code: 'index_not_found' })
  await assert.rejects(ingester.ingest(tenant, indexName, each([raw('a', 'x')]), events, { ...forever, deadline: clock.now() - 1 }), {
    code: 'deadline_exceeded',
  })
  const other = { name: 'other', fingerprint: 'another', space: 'another', dimensions: 384 }
  await indexes.create(tenant, declaration({ name: 'strange' as IndexName }), other, forever)
  await assert.rejects(ingester.ingest(tenant, 'strange' as IndexName, each([]), events, forever), (error: unknown) => {
    return error instanceof AppError && error.code === 'fingerprint_mismatch' && /create a new index/u.test(error.message)
  })
  async function* broken(): AsyncGenerator<RawDocument> {
    yield await Promise.resolve(raw('a', 'Before.'))
    throw new Error('the source broke')
  }
  await assert.rejects(ingester.ingest(tenant, indexName, broken(), events, forever), /the source broke/u)
})

test('archives and records become documents; what is bad in them fails alone, and a second time nothing has changed', async (context) => {
  const { ingest, read } = await open(context)
  const zip = await zipOf({
    'a.md': '# A\n\nPass\u200bword.',
    'b/c.html': '<p>Hello there.</p>',
    'x.bin': Uint8Array.of(0, 1, 2, 255),
    '.hidden': 'x',
  })
  const bytes = (id: string, content: Uint8Array) => ({ ...raw(id, '', { mediaType: 'application/octet-stream' }), content })
  const records = raw('r.json', '[{"id":1,"text":"one"},{"q":2}]', { mediaType: 'application/json' })
  const documents = [bytes('z.zip', zip), records, bytes('cut.zip', zip.subarray(0, -30)), bytes('plain', Buffer.from('caf\xe9', 'latin1'))]
  const { seen, statuses } = await ingest(documents)
  const expected = {
    'z.zip/a.md': 'new',
    'z.zip/b/c.html': 'new',
    'r.json/1': 'new',
    plain: 'new',
    'z.zip/x.bin': 'failed',
    'r.json/2': 'failed',
    'cut.zip': 'failed',
  }
  assert.deepEqual(statuses, expected)
  const codes = Object.fromEntries(seen.flatMap(({ id, error }) => (error === null ? [] : [[id, error.code]])))
  assert.deepEqual(codes, { 'z.zip/x.bin': 'unsupported_media_type', 'r.json/2': 'invalid_document', 'cut.zip': 'document_unreadable' })
  const warnings = Object.fromEntries(seen.map((each) => [each.id, each.warnings]))
  assert.deepEqual(
    [warnings['z.zip/a.md'], warnings['plain'], warnings['r.json/1']],
    [['1 invisible character removed'], ['not UTF-8: read as windows-1252'], []],
  )
  assert.deepEqual([await read('z.zip/a.md'), await read('plain')], ['# A\n\nPassword.', 'café'])
  const again = await ingest(documents)
  assert.deepEqual(again.report.documents, { new: 0, changed: 0, unchanged: 4, failed: 3 })
  const changed = await ingest([bytes('plain', Buffer.from('café'))])
  assert.deepEqual(changed.statuses, { plain: 'changed' })
})

test('an encrypted office file is one failed document, in an archive too', async (context) => {
  const { ingest } = await open(context)
  const locked = Buffer.concat([Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0), Buffer.from('EncryptedPackage', 'utf16le')])
  const { seen } = await ingest([
    raw('a.docx', locked),
    raw('b', 'Fine.'),
    raw('z.zip', await zipOf({ 'c.docx': locked, 'd.md': 'Fine too.' })),
  ])
  const codes = Object.fromEntries(seen.map(({ id, error }) => [id, error?.code ?? null]))
  assert.deepEqual(codes, { 'a.docx': 'document_unreadable', b: null, 'z.zip/c.docx': 'document_unreadable', 'z.zip/d.md': null })
})

test('switching OCR on reads stored PDF files again, and nothing else', async (context) => {
  const { ingest, ingester, indexes } = await open(context)
  const pages = [{ lines: [{ text: 'Refunds take five days.', x: 72, y: 700 }] }]
  const documents = [raw('a.pdf', pdfOf(pages), { mediaType: 'application/pdf' }), raw('b.md', 'Text.')]
  const entries = documents.map((each) => ({ id: each.id, sourceHash: sourceHash(each) }))
  await ingest(documents)
  assert.deepEqual(await ingester.known(tenant, indexName, entries, forever), ['unchanged', 'unchanged'])
  const pool = await openPool({ ocr: true }, { context })
  const reading = createIngester(INGEST, { indexes, profiles: models.profiles, counters: models.counters, clock, parsers: pool })
  assert.deepEqual(await reading.known(tenant, indexName, entries, forever), ['changed', 'unchanged'])
  const { documents: counts } = await reading.ingest(tenant, indexName, each(documents), { document: () => undefined }, forever)
  assert.deepEqual(counts, { new: 0, changed: 1, unchanged: 1, failed: 0 })
  assert.deepEqual(await reading.known(tenant, indexName, entries, forever), ['unchanged', 'unchanged'])
})

test('a document that is too much for its parser is one failed document', async (context) => {
  const tight = await openPool({ outputCharacters: 1000 }, { context })
  const { ingest } = await open(context, {}, INGEST, tight)
  const { seen } = await ingest([raw('a', 'Fine.'), raw('b', 'x '.repeat(1000)), raw('c', 'Fine too.')])
  const codes = Object.fromEntries(seen.map(({ id, error }) => [id, error?.code ?? null]))
  assert.deepEqual(codes, { a: null, b: 'parser_limit', c: null })
})

test('bytes count for a batch as characters do, and failures take no room in it', async () => {
  const bytes = (id: string, length: number) => ({ ...raw(id, ''), content: new Uint8Array(length) })
  const unread = { id: 'bad' as DocumentId, error: new AppError('invalid_document', 'bad') }
  async function* source() {
    yield* await Promise.resolve([raw('a', 'x'.repeat(40)), unread, bytes('b', 40), bytes('c', 40), bytes('large', 500), raw('d', 'x')])
  }
  const found = await Array.fromAsync(batches(source(), { batchDocuments: 160, batchCharacters: 100 }))
  assert.deepEqual(
    found.map((batch) => batch.map(({ id }) => id)),
    [['a', 'bad', 'b'], ['c'], ['large'], ['d']],
  )
})
