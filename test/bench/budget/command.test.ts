import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BudgetResult, DuplicatesResult, GrowResult } from '../../../bench/budget/result.ts'
import { folderOf, jsonLines } from '../folders.ts'
import { createTinyStore } from '../tiny-engine.ts'
import { runBench } from '../tiny-tools.ts'

const TEXT = 'red apple pie\n\nblue sky above\n\ngreen field below'
/** Two questions about one file; the tiny engine's chunks are paragraphs, its tokens words. */
const FILES = {
  'corpus.jsonl': jsonLines([{ _id: 'one:0', text: 'red apple pie' }]),
  'queries.jsonl': jsonLines([
    { _id: 'q1', text: 'apple' },
    { _id: 'q2', text: 'sky field' },
  ]),
  'qrels/test.tsv': 'q1\tone:0\t1\nq2\tone:0\t1\n',
  'files/one.md': TEXT,
  'references.jsonl': jsonLines([
    { 'query-id': 'q1', file: 'one.md', references: [{ content: 'apple pie', start_index: 4, end_index: 13 }] },
    {
      'query-id': 'q2',
      file: 'one.md',
      references: [
        { content: 'sky', start_index: 20, end_index: 23 },
        { content: 'field', start_index: 37, end_index: 42 },
      ],
    },
  ]),
}

async function bench(t: TestContext, more: readonly string[], files: Readonly<Record<string, string>> = FILES, store = createTinyStore()) {
  const folder = await folderOf(t, files)
  const line = ['budget', '--dataset', folder, '--profile', 'tiny-reranked', '--cache', join(folder, 'cache'), '--budget', '2,3,9', ...more]
  return { folder, ...(await runBench(line, store, true)) }
}

test('baselines and Ration side by side, figures by hand', async (t) => {
  const { json, store } = await bench(t, ['--systems', 'naive,hybrid512,ration', '--per-query'])
  const result = json as BudgetResult
  assert.deepEqual([result.evidence, result.queries, result.budgets, result.not_located], ['spans', 2, [2, 3, 9], 0])
  // the file is one window of nine words: it fits the last budget only, and then everything is there
  const { naive, ration } = result.systems
  assert.deepEqual(naive?.per_query, { q1: [0, 0, 1], q2: [0, 0, 1] })
  assert.deepEqual(naive.top10, { tokens: 9, recall: 1 })
  // Ration's chunks are paragraphs of three words; at three tokens q2 gets one of its two
  assert.deepEqual(ration?.per_query, { q1: [0, 1, 1], q2: [0, 3 / 8, 1] })
  assert.equal(ration['recall@3'], (1 + 3 / 8) / 2)
  assert.equal(ration['precision@3'], (2 + 1) / 6)
  assert.equal(ration['tokens@9'], (3 + 6) / 2)
  assert.equal(ration.ratio_to_naive10, 4.5 / 9)
  assert.equal(result.differences['naive']?.['@3']?.mean, ration['recall@3'])
  assert.equal(result.differences['ration'], undefined)
  assert.deepEqual(
    [...new Set(store.ranked.map(({ overrides }) => [overrides.lexicalDepth, overrides.rerank].join()))],
    ['0,never', ',always'],
  )
  // two baselines share the index of their chunks
  assert.equal(store.indexes.size, 2)
})

test('a part that cannot be switched off is left out, and that is said', async (t) => {
  const store = createTinyStore()
  store.unknown.add('packing.facets')
  const { json, warnings } = await bench(
    t,
    ['--systems', 'ration,ration-without-facets,ration-without-excerpts', '--limit', '1'],
    FILES,
    store,
  )
  const { systems, left_out: leftOut } = json as BudgetResult
  assert.deepEqual(Object.keys(systems), ['ration', 'ration-without-excerpts'])
  assert.deepEqual(leftOut, { 'ration-without-facets': 'packing.facets is no setting' })
  assert.match(warnings.join(), /ration-without-facets is left out/)
  assert.ok(store.opened.some((overrides) => overrides['packing.excerpts'] === false))
})

test('sentences where there are no spans, answers where there are no sentences', async (t) => {
  const corpus = {
    'corpus.jsonl': jsonLines([
      { _id: 'd1', title: 'T', text: "A red `` apple '' . It is sweet ." },
      { _id: 'd2', text: 'two green pears' },
    ]),
    'queries.jsonl': jsonLines([
      { _id: 'q1', text: 'red' },
      { _id: 'q2', text: 'green' },
    ]),
    'qrels/test.tsv': 'q1\td1\t1\nq2\td2\t1\n',
  }
  const sentences = jsonLines([{ 'query-id': 'q1', sentences: [['A red "apple".', 'Not there.'], ['A red "apple".']] }])
  const located = (await bench(t, ['--systems', 'ration'], { ...corpus, 'evidence.jsonl': sentences })).json as BudgetResult
  assert.deepEqual(
    [located.evidence, located.queries, located.not_located, located.systems['ration']?.['recall@9']],
    ['sentences', 1, 1, 1],
  )
  const answers = jsonLines([
    { 'query-id': 'q1', answers: ['yes'] },
    { 'query-id': 'q2', answers: ['2', 'Two green'] },
  ])
  const strings = (await bench(t, ['--systems', 'ration,naive'], { ...corpus, 'answers.jsonl': answers })).json as BudgetResult
  assert.deepEqual([strings.evidence, strings.queries, strings.systems['naive']?.['recall@3']], ['answers', 1, 1])
  assert.equal(strings.systems['ration']?.['precision@9'], null)
})

test('near-duplicates are planted until the ten best repeat each other enough', async (t) => {
  const paragraph = (name: string) => `The ${name} apple grows slowly under every careful gardener watching closely.`
  const files = Object.fromEntries(
    ['Red', 'Green', 'Blue', 'Dark', 'Pale', 'Soft', 'Hard', 'Tall', 'Tiny', 'Huge', 'Vast', 'Slim'].map((name) => [
      `files/${name}.md`,
      paragraph(name),
    ]),
  )
  const references = jsonLines([
    { 'query-id': 'q1', file: 'Red.md', references: [{ content: 'Red apple', start_index: 4, end_index: 13 }] },
  ])
  const { json } = await bench(t, ['--duplicates', '20', '--systems', 'naive,ration', '--budget', '40'], {
    ...FILES,
    ...files,
    'references.jsonl': references,
  })
  const result = json as DuplicatesResult
  assert.equal(result.bench, 'budget-duplicates')
  assert.ok(result.planted > 0)
  assert.ok(result.naive10_redundancy.planted >= 0.2)
  assert.deepEqual(Object.keys(result.systems), ['naive', 'ration'])
  assert.ok(result.clean['naive']?.['recall@40'] !== undefined)
})

test('a corpus among unrelated documents: what equal recall costs', async (t) => {
  const filler = await folderOf(t, { 'a.md': 'apple '.repeat(40), 'b.md': 'never read' })
  const { json, warnings } = await bench(t, ['--grow', '5', '--filler', filler, '--systems', 'ration'])
  const { factor, documents, equal_recall: equal } = json as GrowResult
  assert.ok(factor > 5)
  assert.deepEqual(documents, { clean: 1, grown: 2 })
  assert.deepEqual(
    equal['ration']?.map(({ budget }) => budget),
    [2, 3, 9],
  )
  assert.equal(warnings.length, 0)
  const short = await bench(t, ['--grow', '50', '--filler', filler, '--systems', 'ration'])
  assert.match(short.warnings.join(), /enough for 6\.\d times the corpus, not 50/)
})

test('wrong usage and a folder without evidence say what is needed', async (t) => {
  await assert.rejects(runBench(['budget']), { code: 'invalid_request', message: /--dataset/ })
  await assert.rejects(bench(t, ['--systems', 'best']), { code: 'invalid_request', message: /one of naive/ })
  await assert.rejects(bench(t, ['--grow', '2']), { code: 'invalid_request', message: /--filler/ })
  await assert.rejects(bench(t, ['--grow', '2', '--duplicates', '20']), { code: 'invalid_request', message: /not for both/ })
  await assert.rejects(bench(t, ['--duplicates', '61']), { code: 'invalid_request' })
  const without = Object.fromEntries(Object.entries(FILES).filter(([name]) => name !== 'references.jsonl'))
  await assert.rejects(bench(t, [], without), { code: 'invalid_dataset', message: /neither references\.jsonl/ })
  const wrong = jsonLines([{ 'query-id': 'q1', file: 'one.md', references: [{ content: 'apple', start_index: 0, end_index: 5 }] }])
  await assert.rejects(bench(t, [], { ...FILES, 'references.jsonl': wrong }), {
    code: 'invalid_dataset',
    message: /not what the reference says/,
  })
})

test('two results are compared budget by budget, paired where they kept their questions', async (t) => {
  const { folder, json } = await bench(t, ['--systems', 'ration', '--per-query'])
  const [a, b] = [join(folder, 'a.json'), join(folder, 'b.json')]
  await writeFile(a, JSON.stringify(json))
  await writeFile(
    b,
    JSON.stringify({ ...(json as BudgetResult), budgets: [3, 9] })
      .replace('"q1":[0,1,1]', '"q1":[1,1]')
      .replace('"q2":[0,0.375,1]', '"q2":[1,1]'),
  )
  const { tables } = await runBench(['compare', a, b])
  assert.equal(tables[0]?.head[0], 'recall')
  assert.deepEqual(
    tables[0].rows.map((row) => [row[1], row[4], row[7]]),
    [
      ['ration @3', '+0.313', '2'],
      ['ration @9', '+0.000', '2'],
    ],
  )
})

test('tables and picture are written from the result', async (t) => {
  const { folder, json } = await bench(t, ['--systems', 'naive,ration'])
  await writeFile(join(folder, 'budget-tiny.json'), JSON.stringify(json))
  const page = join(folder, 'page.md')
  await writeFile(page, '<!-- bench:budget-tiny -->\n<!-- /bench:budget-tiny -->\n')
  const results = await folderOf(t, { 'budget-tiny.json': JSON.stringify(json) })
  const line = ['tables', '--page', page, '--results', results, '--pictures', folder]
  assert.equal((await runBench(line)).code, 0)
  assert.match(await readFile(page, 'utf8'), /!\[Recall [^\]]*\]\(budget-tiny\.svg\)/)
  assert.match(await readFile(page, 'utf8'), /\| naive \| 0\.000 \| 0\.000 \| 1\.000 \|/)
  assert.match(await readFile(join(folder, 'budget-tiny.svg'), 'utf8'), /^<svg/)
  assert.equal((await runBench([...line, '--check'])).code, 0)
})
