import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { WireAnswer } from '../../src/http/wire/answer.ts'
import { dataDirectory, ration, serve } from './ration.ts'

const DOCUMENTS = { 'keys.md': '# Keys\n\nRotate an API key by making a second one.', 'notes.txt': 'A budget is counted in tokens.' }

async function folderWith(directory: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(directory, 'documents')
  await mkdir(folder)
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

test('commands do their work with an owner of their own', async (t) => {
  const directory = await dataDirectory(t)
  const folder = await folderWith(directory, DOCUMENTS)
  const settings = { RATION_DEFAULTS__INDEX: 'house', RATION_DEFAULTS__TENANT: 'acme' }
  const ingested = await ration(['ingest', folder, '--field', 'product:keyword', '--json'], directory, settings)
  assert.equal(ingested.code, 0, ingested.err)
  assert.deepEqual((JSON.parse(ingested.out) as { documents: unknown }).documents, { new: 2, changed: 0, unchanged: 0, failed: 0 })

  // At once, and nobody owns the directory: one of them does, the others ask it or come after it.
  const commands = [
    ['retrieve', 'how do I rotate a key?', '--json'],
    ['index', 'list', '--json'],
    ['index', 'verify', 'house', '--json'],
  ]
  const [asked, listed, verified] = await Promise.all(commands.map((argv) => ration(argv, directory, settings)))
  for (const each of [asked, listed, verified]) assert.equal(each?.code, 0, each?.err)
  const answer = JSON.parse(asked?.out ?? '') as WireAnswer
  assert.deepEqual([answer.receipt.index, answer.items[0]?.doc.endsWith('keys.md')], ['house', true])
  const { indexes } = JSON.parse(listed?.out ?? '') as { indexes: { name: string; documents: number; fields: unknown }[] }
  assert.deepEqual(
    indexes.map(({ name, documents, fields }) => [name, documents, fields]),
    [['house', 2, { product: 'keyword' }]],
  )
  assert.equal((JSON.parse(verified?.out ?? '') as { ok: boolean }).ok, true)
})

test('commands talk to the service that owns the directory, and say by their exit code how it went', async (t) => {
  const directory = await dataDirectory(t)
  const folder = await folderWith(directory, { ...DOCUMENTS, 'broken.txt': 'no text\0' })
  const { send } = await serve(t, directory)
  const run = async (...argv: string[]) => {
    const { code, out, err } = await ration(argv, directory)
    return { code, out, err, json: argv.includes('--json') && out !== '' ? (JSON.parse(out) as Record<string, unknown>) : {} }
  }
  const created = ['index', 'create', 'docs', '--field', 'product:keyword', '--encodings', 'o200k_base,p50k_base', '--json']
  assert.deepEqual((await run(...created)).json['encodings'], ['o200k_base', 'p50k_base'])
  const some = await run('ingest', folder, '--index', 'docs')
  assert.deepEqual([some.code, /1 documents failed/.test(some.err)], [3, true], some.err)
  assert.equal((await run('ingest', join(folder, 'keys.md'), '--index', 'docs')).code, 0)

  const people = await run('retrieve', 'how do I rotate a key?', '--index', 'docs', '--budget', '60', '--explain')
  assert.ok(people.code === 0 && people.out.includes('Rotate an API key') && people.out.includes('receipt'))
  const shown = await run('index', 'show', 'docs', '--json')
  assert.deepEqual([shown.json['name'], shown.json['documents']], ['docs', 2])
  assert.equal((await run('usage', '--by', 'index,kind', '--json')).code, 0)
  assert.equal((await run('config', 'data', '--json')).code, 0)
  assert.equal((await run('index', 'list')).code, 0)

  const failures = [
    [2, 'invalid_request', 'retrieve', 'x', '--budget', 'many'],
    [2, 'invalid_request', 'retrieve'],
    [2, 'invalid_request', 'nonsense'],
    [2, 'invalid_request', 'index', 'create', 'x', '--field', 'a:colour'],
    [2, 'invalid_filter', 'retrieve', 'x', '--index', 'docs', '--filter', '{"eq":[]}'],
    [1, 'index_not_found', 'retrieve', 'x', '--index', 'nowhere'],
    [1, 'index_exists', 'index', 'create', 'docs'],
    [1, 'index_not_found', 'index', 'delete', 'nowhere', '--yes'],
  ] as const
  for (const [position, [code, error, ...argv]] of failures.entries()) {
    const json = position % 2 === 0 ? [] : ['--json']
    const failed = await run(...argv, ...json)
    const said = json.length === 0 ? failed.err.split(':')[0] : (JSON.parse(failed.err) as { code: string }).code
    assert.deepEqual([failed.code, said, failed.out], [code, error, ''], argv.join(' '))
  }
  assert.equal((await run('index', 'delete', 'docs')).code, 2, 'without --yes')
  assert.equal((await run('index', 'delete', 'docs', '--yes')).code, 0)
  assert.deepEqual((await send('GET', '/v1/indexes')).json, { indexes: [] })

  const second = await ration(['serve'], directory)
  assert.deepEqual([second.code, second.err.split(':')[0]], [1, 'data_locked'])
})
