import { test } from 'node:test'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { readMarkdownFolder } from '../../bench/markdown-folder.ts'
import { fillTables } from '../../bench/tables.ts'
import { picturesOf } from '../../bench/tables/pictures.ts'
import { markdownTable, signed } from '../../bench/tables/table.ts'
import { folderOf } from './folders.ts'
import { runBench } from './tiny-tools.ts'

const MACHINE = { cpu: 'Test', cores: 2, memory_gb: 4, platform: 'linux x64', node: 'v24' }
const GOLDEN = {
  bench: 'golden',
  case: 'docs',
  profile: 'fast',
  verdict: 'ok',
  figures: { 'passage_recall@5': 0.95, 'context_tokens@400': 371.4 },
  judged: [{ metric: 'passage_recall@5', figure: 0.9, tolerance: 0.03, better: 'higher', measured: 0.95, verdict: 'ok' }],
  versions: { program: '1' },
  machine: MACHINE,
}
const PAGE = 'before\n<!-- bench:docs -->\nold $& text\n<!-- /bench:docs -->\nafter\n'
const FILLED = `before
<!-- bench:docs -->

| docs: ok | measured | expected | tolerance | verdict |
| --- | ---: | ---: | ---: | ---: |
| passage_recall@5 | 0.950 | ≥ 0.900 | 0.030 | ok |
| context_tokens@400 | 371 | – | – | – |

Profile \`fast\`; measured on 2 cores (Test, 4 GB, linux x64, Node v24) with program 1.

<!-- /bench:docs -->
after
`

test('what stands between markers is written anew, what stands outside is kept, twice gives the same', async (t) => {
  const results = await folderOf(t, { 'docs.json': JSON.stringify(GOLDEN) })
  assert.equal(await fillTables(PAGE, results), FILLED)
  assert.equal(await fillTables(FILLED, results), FILLED)
  assert.equal(await fillTables('no markers', results), 'no markers')
})

test('an open marker and a file that is no result are refused', async (t) => {
  const results = await folderOf(t, { 'docs.json': '{}', 'other.json': '{"bench":"other"}' })
  await assert.rejects(fillTables('<!-- bench:docs -->', results), { code: 'invalid_dataset', message: /not closed: docs/ })
  await assert.rejects(fillTables(PAGE, results), { code: 'invalid_dataset', message: /not the result/ })
  await assert.rejects(fillTables(PAGE.replaceAll('docs', 'other'), results), { code: 'invalid_dataset', message: /not the result/ })
})

test('`bench tables` writes the page, `--check` only looks', async (t) => {
  const folder = await folderOf(t, { 'docs.json': JSON.stringify(GOLDEN), 'page.md': PAGE })
  const line = ['tables', '--page', join(folder, 'page.md'), '--results', folder]
  assert.equal((await runBench([...line, '--check'])).code, 4)
  assert.equal(await readFile(join(folder, 'page.md'), 'utf8'), PAGE)
  assert.equal((await runBench(line)).code, 0)
  assert.equal(await readFile(join(folder, 'page.md'), 'utf8'), FILLED)
  assert.equal((await runBench([...line, '--check'])).code, 0)
})

test('a section without its result says so, on the page and to whoever writes it', async (t) => {
  const folder = await folderOf(t, { 'page.md': PAGE })
  const page = join(folder, 'page.md')
  const { code, warnings } = await runBench(['tables', '--page', page, '--results', folder])
  assert.equal(code, 0)
  assert.match(
    await readFile(page, 'utf8'),
    /^before\n<!-- bench:docs -->\n\nNot measured yet: .*`docs\.json`\.\n\n<!-- \/bench:docs -->\nafter$/m,
  )
  assert.match(warnings.join(), /no result `docs\.json`/)
})

test('benchmarks that read pages do not read figures', async (t) => {
  const [measured, empty] = [await folderOf(t, { 'page.md': FILLED }), await folderOf(t, { 'page.md': PAGE })]
  const [first, second] = [await readMarkdownFolder(measured), await readMarkdownFolder(empty)]
  assert.equal(first.documents[0]?.content, 'before\n<!-- bench:docs -->\n<!-- /bench:docs -->\nafter\n')
  assert.deepEqual(first, second)
})

test('cells cannot break a table', () => {
  assert.equal(markdownTable({ head: ['a|b', 'c'], rows: [['x\ny', '\\']] }), '| a\\|b | c |\n| --- | ---: |\n| x y | \\\\ |')
  assert.deepEqual([signed(0.1), signed(-0.1)], ['+0.100', '−0.100'])
})

test('the pages with figures are what bench/results says', async () => {
  const root = join(import.meta.dirname, '..', '..')
  for (const name of ['docs/benchmarks.md', 'README.md']) {
    const page = await readFile(join(root, name), 'utf8')
    assert.match(page, /<!-- bench:/, `${name} shows no figures`)
    assert.equal(await fillTables(page, join(root, 'bench', 'results'), relative(dirname(name), 'docs')), page, 'run `ration bench tables`')
  }
  for (const [name, picture] of await picturesOf(join(root, 'bench', 'results'))) {
    assert.equal(await readFile(join(root, 'docs', name), 'utf8'), picture, 'run `ration bench tables`')
  }
})
