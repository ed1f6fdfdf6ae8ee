import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { createIngester } from '../../ingest/ingester.ts'
import { createBoilerplate } from '../../ingest/chunk/boilerplate.ts'
import { BlockCounts } from '../../src/core/near/block-counts.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { IndexDeclaration, RawDocument } from '../../src/core/types.ts'
import { openRegistry, temporaryDirectory } from '../contract/index-corpus.ts'
import { openPool } from './parser-kit.ts'
import { INGEST, clock, declaration, forever, indexName, openModels, parsed, raw, tenant } from './kit.ts'

const BOILERPLATE = { boilerplateDocuments: 6, boilerplateShare: 0.5, countedBlocks: 10_000 }
const FOOTER = 'Edit this page in the repository of the zebra project, or tell its keepers what is wrong.'

const words = (name: string, count = 60) => Array.from({ length: count }, (_, at) => `${name}word${at}`).join(' ')
const page = (name: string): RawDocument => raw(`docs/${name}.md`, `# Page of ${name}\n\n${words(name)}.\n\n${FOOTER}\n`)

const models = openModels()
after(() => models.profiles.close())
const parsers = await openPool()

/** What a process has open; opened again it knows no more than what stands in the directory. */
async function open(context: TestContext, at?: string, changes: Partial<IndexDeclaration> = {}) {
  const directory = at ?? (await temporaryDirectory(context))
  const indexes = await openRegistry(context, directory)
  const { passages } = await models.profiles.open('fast')
  await indexes.create(tenant, declaration(changes), passages, forever)
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
  return { directory, close: () => indexes.close(), ingest, read, remove, verified }
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
  const boilerplate = createBoilerplate(new BlockCounts(BOILERPLATE), 'docs', [])
  const sources = await Promise.all(
    [1, 2, 3, 4, 5, 6, 7].map((at) =>
      parsed(raw(`docs/${at}.md`, `# Same\n\nShort one.\n\n${FOOTER}\n\n${words(`own${at}`)}\n\n${words('long', 200)}\n`)),
    ),
  )
  for (const source of sources) boilerplate.count(source)
  const [first] = sources
  assert.ok(first)
  const copy = await parsed(raw('docs/copy.md', `${FOOTER}\n\nNot much more.\n`))
  const elsewhere = await parsed(raw('other/1.md', `${FOOTER}\n\n${words('own')}\n`))
  const [one, whole, other] = await boilerplate.part([first, copy, elsewhere], forever)
  assert.deepEqual(
    one?.boilerplate.map(({ span }) => first.document.text.slice(span.start, span.end)),
    [FOOTER],
  )
  assert.equal(one.content.blocks.length, first.blocks.length - 1)
  assert.deepEqual(whole, { content: copy, boilerplate: [] })
  assert.deepEqual(other?.boilerplate, [])
})

test('what was recognised is recognised by the next process, in documents that change or come, until its last place is gone', async (context) => {
  const fields = { version: 'keyword' } as const
  const first = await open(context, undefined, { fields })
  const names = Array.from({ length: 8 }, (_, at) => `n${at}`)
  for (const name of names) await first.ingest(page(name))
  await first.close()
  const next = await open(context, first.directory, { fields })
  /** Chunks of content of this page that hold the footer. */
  const withFooter = async (name: string) =>
    (await next.read('zebra')).chunks.filter(({ doc, boilerplate }) => doc === `docs/${name}.md` && boilerplate !== true).length
  await next.ingest({ ...page('n6'), content: `# Page of n6\n\n${words('n6')} and changed.\n\n${FOOTER}\n` }, page('n8'))
  assert.deepEqual([await withFooter('n6'), await withFooter('n8')], [0, 0])
  await next.ingest({ ...page('n7'), metadata: { version: '2' } })
  assert.equal(await withFooter('n7'), 0, 'whatever its fields now say')
  await next.verified()
  const places = (await next.read('zebra')).chunks.filter(({ boilerplate }) => boilerplate === true)
  assert.deepEqual(
    places.map(({ text }) => text),
    [FOOTER, FOOTER],
    'at one place for each value of the field',
  )
  // Without any place it is content, until as many documents have come as it takes to learn it.
  await next.remove('docs/n5.md', 'docs/n6.md', 'docs/n7.md', 'docs/n8.md')
  await next.ingest(page('n9'))
  assert.equal(await withFooter('n9'), 1)
  await next.verified()
})

test('the index knows every block that is parted from a document, whatever its kind', async (context) => {
  const blocks = [
    '- The first of the things that all have\n- The second of them, which is longer\n',
    '| who keeps it | where it stands |\n|---|---|\n| the keeper | in the cellar |\n',
    '```\nconst answer = ask(question)\n\nprint(answer)\n```\n',
    '> Whoever quotes this is quoted.\n> And whoever does not is not.\n',
    `   ${FOOTER}\n`,
  ]
  const everything = (name: string): RawDocument => raw(`docs/${name}.md`, `# ${name}\n\n${words(name, 200)}\n\n${blocks.join('\n')}`)
  const first = await open(context)
  for (const at of Array.from({ length: 6 }).keys()) await first.ingest(everything(`n${at}`))
  await first.close()
  const next = await open(context, first.directory)
  await next.ingest(everything('n6'))
  const { chunks } = await next.read('things cellar answer quoted zebra')
  assert.deepEqual(
    chunks.filter(({ doc, boilerplate }) => doc === 'docs/n6.md' && boilerplate !== true).map(({ text }) => text),
    [],
  )
  assert.equal(chunks.filter(({ boilerplate }) => boilerplate === true).length, blocks.length)
  await next.verified()
})
