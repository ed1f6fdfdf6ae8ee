import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { createIngester } from '../../ingest/ingester.ts'
import { sourceHash } from '../../ingest/source-hash.ts'
import type { IngestedDocument, Ingester } from '../../src/core/ports/ingester.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { openRegistry, temporaryDirectory } from '../contract/index-corpus.ts'
import { clock, declaration, forever, INGEST, indexName, openModels, raw, tenant } from './kit.ts'
import { openPool } from './parser-kit.ts'

const models = openModels()
after(() => models.profiles.close())
const parsers = await openPool()

async function* each(documents: Iterable<RawDocument>): AsyncGenerator<RawDocument> {
  for (const document of documents) yield await Promise.resolve(document)
}

async function open(context: TestContext) {
  const indexes = await openRegistry(context, await temporaryDirectory(context))
  const { passages } = await models.profiles.open('fast')
  const ingester = createIngester(INGEST, { indexes, profiles: models.profiles, counters: models.counters, clock, parsers })
  const loading = (go: Ingester['ingest']) => async (documents: Iterable<RawDocument>) => {
    const seen: IngestedDocument[] = []
    const report = await go(tenant, indexName, each(documents), { document: (result) => void seen.push(result) }, forever)
    return { report, statuses: Object.fromEntries(seen.map(({ id, status }) => [id, status])) }
  }
  const known = (documents: readonly RawDocument[]) =>
    ingester.known(
      tenant,
      indexName,
      documents.map((document) => ({ id: document.id, sourceHash: sourceHash(document) })),
      forever,
    )
  const create = () => indexes.create(tenant, declaration(), passages, forever)
  return {
    indexes,
    ingester,
    ingest: loading((...given) => ingester.ingest(...given)),
    rehearse: loading((...given) => ingester.rehearse(...given)),
    known,
    create,
  }
}

const text = (name: string) => `# ${name}\n\n${Array.from({ length: 400 }, (_, i) => `${name} word${i}`).join(' ')}.`

test('a rehearsal writes nothing and says exactly what the load would', async (context) => {
  const { indexes, ingest, rehearse, create } = await open(context)
  await create()
  await ingest([raw('kept', text('kept')), raw('changed', text('before'))])
  const before = await indexes.status(tenant, indexName, forever)
  const documents = [
    raw('kept', text('kept')),
    raw('changed', text('after')),
    raw('new', text('new')),
    raw('copy', text('new')),
    raw('bad', ''),
  ]
  const rehearsal = await rehearse(documents)
  assert.deepEqual(await indexes.status(tenant, indexName, forever), before)
  const load = await ingest(documents)
  assert.deepEqual(rehearsal.statuses, load.statuses)
  assert.deepEqual(rehearsal.statuses, { kept: 'unchanged', changed: 'changed', new: 'new', copy: 'new', bad: 'failed' })
  const figures = ({ report }: typeof load) => {
    const { documents, chunks, duplicateChunks, embeddedChunks, embedTokens, cutChunks } = report
    return { documents, chunks, duplicateChunks, embeddedChunks, embedTokens, cutChunks }
  }
  assert.deepEqual(figures(rehearsal), figures(load))
  assert.ok(load.report.embedTokens > 400 && load.report.duplicateChunks > 0)
})

test('a rehearsal for an index that does not exist leaves it so', async (context) => {
  const { indexes, ingester, rehearse } = await open(context)
  await assert.rejects(rehearse([raw('a', text('a'))]), { code: 'index_not_found' })
  const events = { document: () => undefined }
  const whole = await ingester.rehearse(tenant, declaration({ unit: 'document' }), each([raw('a', text('a'))]), events, forever)
  assert.deepEqual([whole.chunks, whole.documents.new], [1, 1])
  assert.deepEqual(await indexes.list(tenant, forever), [])
})

test('what is known by hash is what a load would leave alone, text or bytes', async (context) => {
  const { ingest, known, create } = await open(context)
  await create()
  const text1 = raw('text', text('one'), { title: 'T', uri: 'u', metadata: { b: 1, a: [2] } })
  const file = raw('file', '', { content: Buffer.from(text('two')), uri: 'file' })
  assert.deepEqual(await known([text1, file]), ['new', 'new'])
  await ingest([text1, file])
  assert.deepEqual(await known([text1, file]), ['unchanged', 'unchanged'])
  assert.deepEqual(await known([{ ...text1, metadata: { a: [2], b: 1 } }]), ['unchanged'], 'whatever the order of keys')
  const others: readonly Partial<RawDocument>[] = [
    { content: text('three') },
    { content: Buffer.from(text('one')) },
    { title: null },
    { title: '' },
    { uri: null },
    { mediaType: 'text/plain' },
    { metadata: {} },
  ]
  for (const other of others) assert.deepEqual(await known([{ ...text1, ...other }]), ['changed'], JSON.stringify(Object.keys(other)))
})
