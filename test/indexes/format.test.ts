import { connect } from '@lancedb/lancedb'
import assert from 'node:assert/strict'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { buildPaths, indexDirectory } from '../../indexes/layout.ts'
import { readCommits, writeCommit } from '../../indexes/commit.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import type { Encoding, IndexedDocument } from '../../src/core/types.ts'
import {
  clock,
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  openRegistry,
  settings,
  temporaryDirectory,
  tenant,
  unitVector,
  unlimited,
} from '../contract/index-corpus.ts'

/** An index of this document, closed. */
async function written(context: TestContext, document: IndexedDocument, encodings: readonly Encoding[] = ['o200k_base']) {
  const directory = await temporaryDirectory(context)
  const registry = await createIndexRegistry(settings(), { directory, clock })
  await registry.create(tenant, declaration({ encodings }), embedder, unlimited())
  await (await registry.writer(tenant, docs, unlimited())).replaceDocuments([document], embedder.fingerprint, unlimited())
  await registry.close()
  const index = indexDirectory(directory, tenant, docs)
  const [build = ''] = await readdir(path.join(index, 'versions'))
  return { directory, paths: buildPaths(index, build) }
}

/** Whatever separates columns elsewhere, in every text of a chunk. */
function awkward(): IndexedDocument {
  const text = `a","b'c\u0000d\u001f\t|\\\\e\u2028\r\n\u{1F600}`
  const made = makeDocument(`doc ${text}`, [{ text: `body ${text}`, heading: [`heading ${text}`, ''] }, 'second'], {
    title: `title ${text}`,
    metadata: { key: text, nested: [{ ['__proto__']: 1 }, null, 1.5] },
  })
  const chunks = made.chunks.map(({ chunk, vector }) => ({
    vector,
    chunk: {
      ...chunk,
      uri: `uri ${text}`,
      sentences: [
        { start: 0, end: 3 },
        { start: 3, end: chunk.text.length },
      ],
      sentenceTokens: { o200k_base: [1, 2], cl100k_base: [3, 4] },
    },
  }))
  return { ...made, chunks }
}

test('a chunk comes back as it was written, whatever its texts hold', async (context) => {
  const document = awkward()
  const { directory } = await written(context, document, ['o200k_base', 'cl100k_base'])
  const registry = await openRegistry(context, directory)
  const reader = await registry.pin(tenant, docs, unlimited())
  const hits = await reader.vector(unitVector(1), 10, null, null, unlimited())
  const loaded = await reader.load(
    hits.map(({ row }) => row),
    unlimited(),
  )
  assert.deepEqual(
    loaded.toSorted((a, b) => a.ordinal - b.ordinal),
    document.chunks.map(({ chunk }) => chunk),
  )
  assert.deepEqual(
    hits.map(({ chunk, doc, textHash, group }) => [chunk, doc, textHash, group]),
    loaded.map(({ id, doc, textHash }) => [id, doc, textHash, textHash]),
  )
  reader.release()
})

const SQL_OF_ANOTHER = {
  hit: `'["x","y","z"]'`,
  record: "replace(record, 'one', 'two')",
  span_start: '1',
  text_hash: "'other'",
  near_group: "'other'",
}

for (const [column, sql] of Object.entries({ ...SQL_OF_ANOTHER, 'record that is no JSON': "'{'" })) {
  test(`verify sees that the columns of a chunk contradict each other: ${column}`, async (context) => {
    const { directory, paths } = await written(context, makeDocument('one', ['one']))
    const connection = await connect(paths.lance)
    const table = await connection.openTable('chunks')
    await table.update({ valuesSql: { [column.split(' ')[0] ?? '']: sql } })
    const { commits, highest } = await readCommits(paths.commits)
    const [newest] = commits
    assert.ok(newest)
    const tables = { ...newest.tables, chunks: await table.version() }
    await writeCommit(paths.commits, { ...newest, revision: highest + 1, tables })
    connection.close()
    const registry = await openRegistry(context, directory)
    const broken = await failedChecks(registry)
    assert.deepEqual(
      broken.map(({ name }) => name),
      ['records'],
    )
  })
}

test('an index of another format is refused, with what to do about it', async (context) => {
  const { directory, paths } = await written(context, makeDocument('one', ['one']))
  const manifest = JSON.parse(await readFile(paths.manifest, 'utf8')) as Record<string, unknown>
  await writeFile(paths.manifest, JSON.stringify({ ...manifest, format: 1 }))
  const registry = await openRegistry(context, directory)
  await assert.rejects(registry.pin(tenant, docs, unlimited()), {
    code: 'index_damaged',
    message: /ingest its documents again/,
    details: { format: 1, expected: 3 },
  })
  await registry.delete(tenant, docs, unlimited())
  await registry.create(tenant, declaration(), embedder, unlimited())
})
