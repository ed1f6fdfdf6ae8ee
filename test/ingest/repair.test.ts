import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@lancedb/lancedb'
import type { Table } from '@lancedb/lancedb'
import type { DocumentId, IndexName, TenantId } from '../../src/core/ids.ts'
import type { Engine } from '../../src/core/ports/engine.ts'
import type { RawDocument } from '../../src/core/types.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createLog } from '../../src/observe/log.ts'
import { openEngine } from '../../src/services.ts'
import { createRepairer } from '../../ingest/repair.ts'
import { INGEST } from './kit.ts'

const tenant = 'default' as TenantId
const limits = { signal: new AbortController().signal, deadline: Infinity }

async function* documents(): AsyncGenerator<RawDocument> {
  for (const id of ['a', 'b', 'c', 'd']) {
    const content = `# About ${id}\n\nThe ${id} of the harbor is blue. It has seven lanterns.\n\n## More of ${id}\n\nNobody has counted the boats of ${id}.\n`
    yield await Promise.resolve({ id: id as DocumentId, title: null, uri: null, mediaType: 'text/markdown', content, metadata: {} })
  }
}

async function open(directory: string, overrides = {}): Promise<Engine> {
  const { config } = loadConfig({ file: null, overrides: { 'defaults.profile': 'fast', ...overrides } })
  return openEngine(config, { directory, log: createLog({ level: 'error', queries: false }, 'stderr') })
}

async function filled(directory: string, names: readonly IndexName[], source = documents, overrides = {}): Promise<void> {
  const engine = await open(directory, overrides)
  const { passages } = await engine.profiles.open('fast')
  for (const index of names) {
    const declaration = { name: index, profile: 'fast', language: 'English', encodings: ['o200k_base'], fields: {}, unit: 'chunk' } as const
    await engine.indexes.create(tenant, declaration, passages, limits)
    await engine.ingester.ingest(tenant, index, source(), { document: () => undefined }, limits)
  }
  await engine.close()
}

/** What nobody but this test does: writes to the tables past the writer, then names what it wrote in the commit record. */
async function damage(
  directory: string,
  index: IndexName,
  change: (tables: { readonly chunks: Table; readonly documents: Table }) => Promise<unknown>,
): Promise<void> {
  const versions = path.join(directory, 'indexes', tenant, index, 'versions')
  const [build = ''] = await readdir(versions)
  const { readCommits, writeCommit } = await import('../../indexes/commit.ts')
  const commits = path.join(versions, build, 'commits')
  const { commits: all } = await readCommits(commits)
  const [head] = all
  assert.ok(head !== undefined)
  const connection = await connect(path.join(versions, build, 'lance'))
  const tables = { chunks: await connection.openTable('chunks'), documents: await connection.openTable('documents') }
  await change(tables)
  await writeCommit(commits, {
    ...head,
    revision: head.revision + 1,
    tables: { chunks: await tables.chunks.version(), documents: await tables.documents.version() },
    counts: { chunks: await tables.chunks.countRows(), documents: await tables.documents.countRows() },
  })
  connection.close()
}

const again = async (table: Table, where: string): Promise<void> => {
  const rows = await table.query().where(where).toArrow()
  await table.add(rows as never)
}

interface Case {
  readonly change: Parameters<typeof damage>[2]
  readonly rebuilt: readonly string[]
  readonly dropped: readonly string[]
  readonly orphans?: number
  readonly left: readonly string[]
}

const CASES: Readonly<Record<string, Case>> = {
  'nothing is wrong': { change: () => Promise.resolve(), rebuilt: [], dropped: [], left: ['a', 'b', 'c', 'd'] },
  'a chunk is missing': {
    change: ({ chunks }) => chunks.delete(`doc = 'b' AND span_start > 0`),
    rebuilt: ['b'],
    dropped: [],
    left: ['a', 'b', 'c', 'd'],
  },
  'a chunk stands twice': { change: ({ chunks }) => again(chunks, `doc = 'a'`), rebuilt: ['a'], dropped: [], left: ['a', 'b', 'c', 'd'] },
  'a document stands twice': {
    change: ({ documents: table }) => again(table, `id = 'c'`),
    rebuilt: ['c'],
    dropped: [],
    left: ['a', 'b', 'c', 'd'],
  },
  'the text of a document is another': {
    change: ({ documents: table }) => table.update({ where: `id = 'd'`, values: { text: 'Something else entirely.' } }),
    rebuilt: ['d'],
    dropped: [],
    left: ['a', 'b', 'c', 'd'],
  },
  'chunks belong to no document': {
    change: ({ documents: table }) => table.delete(`id = 'a'`),
    rebuilt: [],
    dropped: [],
    orphans: 2,
    left: ['b', 'c', 'd'],
  },
  'a document cannot be read': {
    change: ({ documents: table }) => table.update({ where: `id = 'b'`, values: { structure: '{"torn', chunk_count: '9' } }),
    rebuilt: [],
    dropped: ['b'],
    left: ['a', 'c', 'd'],
  },
  'indexes are missing': {
    change: async ({ chunks, documents: table }) => {
      await chunks.dropIndex('doc_idx')
      await table.dropIndex('searchable_idx')
    },
    rebuilt: [],
    dropped: [],
    left: ['a', 'b', 'c', 'd'],
  },
}

test('what verification finds wrong is put right from the documents that the index holds', async (context) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'ration-repair-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  const names = Object.keys(CASES).map((_, number) => `case${number}` as IndexName)
  await filled(directory, names)
  for (const [number, { change }] of Object.values(CASES).entries()) await damage(directory, names[number] as IndexName, change)
  const engine = await open(directory)
  try {
    for (const [number, [what, expected]] of Object.entries(CASES).entries())
      await check(engine, names[number] as IndexName, what, expected)
  } finally {
    await engine.close()
  }
})

test('a fault of the program takes no document out', async (context) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'ration-repair-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  const index = 'docs' as IndexName
  await filled(directory, [index])
  await damage(directory, index, CASES['a chunk is missing']?.change ?? assert.fail())
  const engine = await open(directory)
  try {
    const fault = new TypeError('x is not a function')
    const counters = {
      resolve: () => {
        throw fault
      },
    }
    const broken = createRepairer(INGEST, { ...engine, counters: counters })
    await assert.rejects(broken.repair(tenant, index, limits), fault)
    assert.equal((await engine.indexes.status(tenant, index, limits)).counts.documents, 4)
    assert.deepEqual((await engine.repairer.repair(tenant, index, limits)).rebuilt, ['b'])
  } finally {
    await engine.close()
  }
})

/** The same indexes, but for what is changed. */
const around = (indexes: Engine['indexes'], changes: Partial<Engine['indexes']>): Engine['indexes'] =>
  new Proxy(indexes, {
    get: (target, name) => {
      const value: unknown = Reflect.get(changes, name) ?? Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })

test('what is written, or published, beside a repair is not undone by it', async (context) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'ration-repair-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  const index = 'docs' as IndexName
  await filled(directory, [index])
  await damage(directory, index, CASES['a chunk is missing']?.change ?? assert.fail())
  const engine = await open(directory)
  const { indexes } = engine
  try {
    const id = 'b' as DocumentId
    async function* newer(): AsyncGenerator<RawDocument> {
      for await (const each of documents()) if (each.id === id) yield { ...each, content: 'The newer text.' }
    }
    let writing: Promise<unknown> = Promise.resolve()
    /** When the stored text of the document was read, and is not written yet. */
    const vectors: Engine['indexes']['vectors'] = async (...where) => {
      const cache = await indexes.vectors(...where)
      const get: typeof cache.get = async (...keys) => {
        writing = engine.ingester.ingest(tenant, index, newer(), { document: () => undefined }, limits)
        await Promise.race([writing, sleep(1000)])
        return await cache.get(...keys)
      }
      return { get, put: (made) => cache.put(made) }
    }
    const beside = createRepairer(INGEST, { ...engine, indexes: around(indexes, { vectors }) })
    assert.deepEqual((await beside.repair(tenant, index, limits)).rebuilt, ['b'])
    await writing
    const reader = await indexes.pin(tenant, index, limits)
    assert.equal((await reader.document(id, limits))?.text, 'The newer text.')
    reader.release()

    const hold: Engine['indexes']['hold'] = async (...where) => {
      const held = await indexes.hold(...where)
      const { passages } = await engine.profiles.open('fast')
      const candidate = await indexes.build(tenant, index, {}, passages, limits)
      await candidate.keep()
      candidate.release()
      const options = { stale: true, forced: null, rollback: false }
      await indexes.publish(tenant, index, candidate.version, options, () => Promise.resolve(), limits)
      return held
    }
    const late = createRepairer(INGEST, { ...engine, indexes: around(indexes, { hold }) })
    await assert.rejects(late.repair(tenant, index, limits), { code: 'version_moved' })
  } finally {
    await engine.close()
  }
})

test('a document that is put right keeps its boilerplate apart', async (context) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'ration-repair-'))
  context.after(() => rm(directory, { recursive: true, force: true }))
  const index = 'docs' as IndexName
  const footer = 'Printed by the machine in the cellar, which has no windows.'
  async function* pages(): AsyncGenerator<RawDocument> {
    for await (const page of documents()) yield { ...page, content: `${String(page.content)}\n${footer}\n` }
  }
  await filled(directory, [index], pages, { 'duplicates.boilerplate_documents': 2 })
  const holding = async (engine: Engine) => {
    const reader = await engine.indexes.pin(tenant, index, limits)
    const hits = await reader.lexical('cellar', 10, null, null, limits)
    reader.release()
    return hits.length
  }
  await damage(directory, index, CASES['a chunk is missing']?.change ?? assert.fail())
  const engine = await open(directory)
  try {
    assert.equal(await holding(engine), 1)
    assert.deepEqual((await engine.repairer.repair(tenant, index, limits)).rebuilt, ['b'])
    assert.equal(await holding(engine), 1)
  } finally {
    await engine.close()
  }
})

async function check(engine: Engine, index: IndexName, what: string, { rebuilt, dropped, orphans = 0, left }: Case): Promise<void> {
  const before = await engine.indexes.verify(tenant, index, limits)
  assert.equal(
    before.every(({ ok }) => ok),
    what === 'nothing is wrong',
    what,
  )
  const { revision } = await engine.indexes.status(tenant, index, limits)
  const report = await engine.repairer.repair(tenant, index, limits)
  assert.deepEqual([report.rebuilt, report.dropped.map(({ id }) => id)], [rebuilt, dropped], what)
  assert.equal(report.orphans > 0, orphans > 0, what)
  const failed = report.checks.filter(({ ok }) => !ok)
  assert.deepEqual(failed, [], what)
  assert.equal(report.indexes.length, what === 'indexes are missing' ? 2 : 0, what)
  const after = await engine.indexes.status(tenant, index, limits)
  assert.equal(after.revision === revision, what === 'nothing is wrong', what)
  const reader = await engine.indexes.pin(tenant, index, limits)
  const standing = await reader.documents({ after: null, limit: 10 }, limits)
  reader.release()
  assert.deepEqual(
    standing.map(({ id }) => id),
    left,
    what,
  )
}
