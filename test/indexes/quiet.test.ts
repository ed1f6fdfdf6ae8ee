import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryDirectory } from '../contract/index-corpus.ts'

const ROOM = path.join(import.meta.dirname, '../../indexes')

test('LanceDB is never loaded before its log is silenced', () => {
  const loading = readdirSync(ROOM)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(path.join(ROOM, file), 'utf8') }))
    .filter(({ text }) => /^import (?!type).*from '@lancedb\/lancedb'/m.test(text))
  assert.deepEqual(
    loading.filter(({ text }) => !text.startsWith("import './quiet.ts'\n")).map(({ file }) => file),
    [],
  )
  assert.ok(loading.length > 0)
})

test('a query that LanceDB warns about writes nothing to standard error', async (context) => {
  const directory = await temporaryDirectory(context)
  const script = `
    import { pathToFileURL } from 'node:url'
    await import(pathToFileURL(${JSON.stringify(path.join(ROOM, 'tables.ts'))}))
    const { connect } = await import('@lancedb/lancedb')
    const table = await (await connect(${JSON.stringify(directory)})).createTable('t', [{ id: 'a', vector: [1, 2] }])
    await table.query().nearestTo([1, 2]).select(['id']).toArray()`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: ROOM })
  assert.deepEqual([status, stderr], [0, ''])
})
