import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { createIngester } from '../../ingest/ingester.ts'
import { createBoilerplate } from '../../ingest/chunk/boilerplate.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { openRegistry, temporaryDirectory } from '../contract/index-corpus.ts'
import { openPool } from './parser-kit.ts'
import { INGEST, clock, declaration, forever, indexName, openModels, parsed, raw, tenant } from './kit.ts'

const BOILERPLATE = { boilerplateDocuments: 6, boilerplateShare: 0.5, countedBlocks: 1000, countedSources: 10 }
const FOOTER = 'Edit this page in the repository of the zebra project, or tell its keepers what is wrong.'

const words = (name: string, count = 60) => Array.from({ length: count }, (_, at) => `${name}word${at}`).join(' ')
const page = (name: string): RawDocument => raw(`docs/${name}.md`, `# Page of ${name}\n\n${words(name)}.\n\n${FOOTER}\n`)

const models = openModels()
after(() => models.profiles.close())
const parsers = await openPool()

async function open(context: TestContext) {
  const indexes = await openRegistry(context, await temporaryDirectory(context))
  const { passages } = await models.profiles.open('fast')
  await indexes.create(tenant, declaration(), passages, forever)
  const settings = { ...INGEST, boilerplate: BOILERPLATE }
  const ingester = createIngester(settings, { indexes, profiles: models.profiles, counters: models.counters, clock, parsers })
  async function* each(documents: readonly RawDocument[]) {
    for (const document of documents) yield await Promise.resolve(document)
  }
  const ingest = (...documents: RawDocument[]) =>
    ingester.ingest(tenant, indexName, each(documents), { document: () => undefined }, forever)
  const read = async (query: string) => {
    const reader = await indexes.pin(tenant, indexName, forever)
    const hits = await reader.lexical(query, 100, null, null, forever)
    const chunks = await reader.load(
      hits.map(({ row }) => row),
      forever,
    )
    const document = await reader.document(chunks.at(-1)?.doc ?? ('' as DocumentId), forever)
    reader.release()
    return { chunks, document }
  }
  const remove = async (...ids: string[]) =>
    (await indexes.writer(tenant, indexName, forever)).deleteDocuments(ids as DocumentId[], forever)
  const verified = async () =>
    assert.deepEqual(
      (await indexes.verify(tenant, indexName, forever)).filter(({ ok }) => !ok),
      [],
    )
  return { ingest, read, remove, verified }
}

test('what stands in many documents of a folder is searched once, the texts of documents stay as they are', async (context) => {
  const { ingest, read, remove, verified } = await open(context)
  const names = Array.from({ length: 12 }, (_, at) => `n${at}`)
  for (const name of names) await ingest(page(name))
  const { chunks } = await read('zebra')
  // Five came before anybody could know; of those after one place is searched.
  assert.equal(chunks.filter(({ boilerplate }) => boilerplate !== true).length, 5)
  const [carrier, ...others] = chunks.filter(({ boilerplate }) => boilerplate === true)
  assert.equal(carrier?.text, FOOTER)
  assert.deepEqual(others, [])
  assert.ok(carrier)
  const [content] = (await read('n9word3')).chunks
  assert.equal(content?.text, `${words('n9')}.`)
  assert.deepEqual([content.previous, content.next], [null, null])
  const { document } = await read('n9word3')
  assert.ok(document?.text.includes(FOOTER))
  // Known again when it comes again, and searched elsewhere when its place is gone.
  assert.equal((await ingest(page('n9'))).documents.unchanged, 1)
  await remove(carrier.doc)
  const after = (await read('zebra')).chunks.filter(({ boilerplate }) => boilerplate === true)
  assert.equal(after.length, 1)
  assert.notEqual(after[0]?.doc, carrier.doc)
  await verified()
})

test('a document that would lose most of its text is a copy and stays whole; short and long blocks, and headings, stay', async () => {
  const boilerplate = createBoilerplate(BOILERPLATE)
  const sources = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7].map((at) =>
      parsed(raw(`docs/${at}.md`, `# Same\n\nShort one.\n\n${FOOTER}\n\n${words(`own${at}`)}\n\n${words('long', 200)}\n`)),
    ),
  )
  for (const source of sources) boilerplate.count(source)
  const [first] = sources
  assert.ok(first)
  const { content, boilerplate: found } = boilerplate.part(first)
  assert.deepEqual(
    found.map(({ span }) => first.document.text.slice(span.start, span.end)),
    [FOOTER],
  )
  assert.equal(content.blocks.length, first.blocks.length - 1)
  const copy = await parsed(raw('docs/copy.md', `${FOOTER}\n\nNot much more.\n`))
  assert.deepEqual(boilerplate.part(copy), { content: copy, boilerplate: [] })
  const elsewhere = await parsed(raw('other/1.md', `${FOOTER}\n\n${words('own')}\n`))
  assert.deepEqual(boilerplate.part(elsewhere).boilerplate, [])
})
