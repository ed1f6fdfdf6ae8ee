import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Index, connect } from '@lancedb/lancedb'
import { SEARCHABLE } from '../../indexes/full-text.ts'
import { unindexedRows } from '../../indexes/maintenance.ts'
import type { TableName } from '../../indexes/tables.ts'
import { Unindexed } from '../../indexes/unindexed.ts'
import { createPrng } from '../../bench/prng.ts'
import { temporaryDirectory } from '../contract/index-corpus.ts'

test('rows that are counted along are never fewer than those LanceDB counts', async (context) => {
  const connection = await connect(await temporaryDirectory(context))
  const random = createPrng(7)
  let next = 0
  const rows = (count: number) => Array.from({ length: count }, () => ({ id: next, [SEARCHABLE]: `word${next++}` }))
  const made = async (name: TableName) => {
    const table = await connection.createTable(name, rows(1))
    await table.createIndex(SEARCHABLE, { config: Index.fts() })
    return table
  }
  const tables = { chunks: await made('chunks'), documents: await made('documents') }
  const unindexed = new Unindexed(tables)
  for (let step = 0; step < 40; step++) {
    const kind = random()
    if (kind < 0.5) {
      const added = { chunks: 1 + Math.floor(random() * 3), documents: 1 }
      await tables.chunks.add(rows(added.chunks))
      await tables.documents.add(rows(added.documents))
      unindexed.add(added)
    } else if (kind < 0.7) await tables.chunks.delete(`id = ${Math.floor(random() * next)}`)
    else if (kind < 0.8) {
      await tables.chunks.optimize()
      unindexed.indexed('chunks')
    } else if (kind < 0.9) {
      await tables.chunks.update({ where: `id < ${next / 2}`, values: { [SEARCHABLE]: 'another' } })
      unindexed.forget()
    }
    for (const name of ['chunks', 'documents'] as const) {
      const [counted, actual] = [await unindexed.of(name), await unindexedRows(tables[name])]
      assert.ok(counted >= actual, `${name} after step ${step}: ${counted}, LanceDB ${actual}`)
      if (kind >= 0.8 && kind < 0.9 && name === 'chunks') assert.equal(counted, actual, 'asked again')
    }
  }
})
