import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecallResult, RecallResults } from '../../bench/recall/result.ts'
import { folderOf, jsonLines } from './folders.ts'
import { createTinyStore } from './tiny-engine.ts'
import { runBench } from './tiny-tools.ts'

/** By shared words: q1 finds d1 first and d2 second; q2 finds d3 only, whose relevant twin d2 shares nothing. */
const FILES = {
  'corpus.jsonl': jsonLines([
    { _id: 'd1', title: '', text: 'red apple pie\n\nbaking' },
    { _id: 'd2', title: '', text: 'green apple' },
    { _id: 'd3', title: '', text: 'blue whale' },
  ]),
  'queries.jsonl': jsonLines([
    { _id: 'q1', text: 'red apple pie' },
    { _id: 'q2', text: 'how large is a blue whale' },
  ]),
  'qrels/test.tsv': 'query-id\tcorpus-id\tscore\nq1\td2\t1\nq2\td3\t1\nq2\td2\t1\n',
}

const run = async (t: TestContext, ...more: string[]) => {
  const folder = await folderOf(t, FILES)
  const cache = join(folder, 'cache')
  const store = createTinyStore()
  const line = ['recall', '--dataset', folder, '--profile', 'tiny-reranked', '--cache', cache, ...more]
  return { folder, cache, line, ...(await runBench(line, store, true)) }
}

test('figures of full text alone can be redone by hand', async (t) => {
  const { json, code } = await run(t, '--legs', 'bm25', '--k', '1,5')
  assert.equal(code, 0)
  const result = json as RecallResult
  const figures = result.systems['bm25']
  assert.ok(figures)
  assert.deepEqual(Object.keys(result.systems), ['bm25'])
  // q1: relevant d2 at rank 2; q2: d3 at rank 1, d2 nowhere ("a" is a word of no text)
  assert.equal(figures['mrr@10'], (1 / 2 + 1) / 2)
  assert.equal(figures['recall@1'], (0 + 1 / 2) / 2)
  assert.equal(figures['recall@5'], (1 + 1 / 2) / 2)
  assert.equal(figures['success@1'], 1 / 2)
  assert.equal(figures.map, (1 / 2 + 1 / 2) / 2)
  // q1: 1/log2(3); q2: 1 / (1 + 1/log2(3))
  const [q1, q2] = [1 / Math.log2(3), 1 / (1 + 1 / Math.log2(3))]
  assert.ok(Math.abs((figures['ndcg@10'] ?? 0) - (q1 + q2) / 2) < 1e-12)
  assert.equal(figures['ndcg_linear@10'], figures['ndcg@10'])
  assert.equal(figures.by_intent['how_to']?.['queries'], 1)
  assert.ok(Math.abs((figures.by_intent['how_to']['ndcg@10'] ?? 0) - q2) < 1e-12)
  assert.equal(figures.reranked_share, 0)
})

test('every system is asked through the ranker with one thing switched', async (t) => {
  const { json, store } = await run(t)
  const result = json as RecallResult
  assert.deepEqual(Object.keys(result.systems), ['bm25', 'dense', 'hybrid', 'rerank', 'auto'])
  assert.equal(result.systems['rerank']?.reranked_share, 1)
  assert.equal(Object.keys(result.differences).length, 10)
  const gain = (result.systems['dense']?.['ndcg@10'] ?? 0) - (result.systems['bm25']?.['ndcg@10'] ?? 0)
  assert.notEqual(gain, 0)
  assert.ok(Math.abs((result.differences['dense-bm25']?.mean ?? 0) - gain) < 1e-12)
  const asked = store.ranked.filter(({ overrides }) => overrides.retrieves !== false)
  const plans = new Set(asked.map(({ overrides }) => JSON.stringify(overrides)))
  assert.deepEqual(
    [...plans],
    [
      '{"vectorDepth":0,"rerank":"never","hierarchy":false}',
      '{"lexicalDepth":0,"rerank":"never","hierarchy":false}',
      '{"rerank":"never","hierarchy":false}',
      '{"rerank":"always","hierarchy":false}',
      '{"rerank":"auto","hierarchy":false}',
    ],
  )
  assert.ok(asked.every(({ classify, documents }) => !classify && documents === 100))
  // both queries to warm up and both measured, for each of five systems
  assert.equal(asked.length, 5 * (2 + 2))
  assert.equal(store.closed, 1)
})

test('intent and hierarchy are switched on when asked for', async (t) => {
  const { store, json } = await run(t, '--intent', 'on', '--hierarchy', 'on', '--legs', 'hybrid', '--set', 'a.b=2,c=x')
  assert.ok(store.ranked.every(({ classify }) => classify))
  assert.ok(store.ranked.some(({ overrides }) => overrides.hierarchy === true))
  assert.deepEqual(store.opened, [{ 'retrieve.hierarchy.min_chunks': 1, 'a.b': 2, c: 'x' }])
  assert.equal((json as RecallResult).intent, true)
})

test('an index is built once and reused; another unit is another index', async (t) => {
  const { line, store, json } = await run(t, '--legs', 'bm25')
  assert.deepEqual({ documents: 3, chunks: 4, failed: 0 }, pick((json as RecallResult).ingest))
  const again = (await runBench(line, store, true)).json as RecallResult
  assert.equal(store.embeddedDocuments, 3)
  assert.equal(store.indexes.size, 1)
  assert.deepEqual(again.ingest, (json as RecallResult).ingest)
  const whole = (await runBench([...line, '--unit', 'document'], store, true)).json as RecallResult
  assert.equal(whole.ingest.chunks, 3)
  assert.equal(store.indexes.size, 2)
})

const pick = ({ documents, chunks, failed }: RecallResult['ingest']) => ({ documents, chunks, failed })

test('a lost index is built again although its stamp is there', async (t) => {
  const { line, store } = await run(t, '--legs', 'bm25')
  store.indexes.clear()
  await runBench(line, store, true)
  assert.equal(store.embeddedDocuments, 6)
})

test('runs are written, and scoring them against the judgements gives the same figures', async (t) => {
  const { folder, line, store } = await run(t)
  const runs = join(folder, 'runs')
  const result = (await runBench([...line, '--legs', 'bm25', '--runs', runs, '--k', '1,5'], store, true)).json as RecallResult
  const file = join(runs, `${result.dataset}.bm25.run`)
  assert.match(await readFile(file, 'utf8'), /^q1 Q0 d1 1 3 ration-bm25\nq1 Q0 d2 2 1 ration-bm25\n/)
  const scored = (await runBench(['score', file, '--qrels', folder, '--k', '1,5'], store, true)).json as Record<string, unknown>
  for (const metric of ['ndcg@10', 'ndcg_linear@10', 'mrr@10', 'map', 'recall@1', 'success@5'] as const) {
    assert.equal(scored[metric], (result.systems['bm25'] as unknown as Record<string, unknown>)[metric], metric)
  }
})

test('a profile without a reranker leaves reranking out and says so', async (t) => {
  const folder = await folderOf(t, FILES)
  const { json, warnings } = await runBench(
    ['recall', '--dataset', folder, '--profile', 'tiny', '--cache', join(folder, 'c')],
    createTinyStore(),
    true,
  )
  assert.deepEqual(Object.keys((json as RecallResult).systems), ['bm25', 'dense', 'hybrid'])
  assert.match(warnings.join(), /no reranker/)
})

test('several data sets: each, and the mean with every set counted once', async (t) => {
  const [one, two] = [await folderOf(t, FILES), await folderOf(t, { ...FILES, 'qrels/test.tsv': 'q1\td1\t1\n' })]
  const out = join(one, 'out.json')
  const { tables } = await runBench([
    'recall',
    '--dataset',
    one,
    two,
    '--profile',
    'tiny',
    '--cache',
    join(one, 'c'),
    '--out',
    out,
    '--legs',
    'bm25',
  ])
  const { datasets, mean } = JSON.parse(await readFile(out, 'utf8')) as RecallResults
  assert.equal(datasets.length, 2)
  const each = datasets.map(({ systems }) => systems['bm25']?.['ndcg@10'] ?? 0)
  assert.equal(each[1], 1)
  assert.ok(Math.abs((mean['bm25'] ?? 0) - ((each[0] ?? 0) + 1) / 2) < 1e-12)
  assert.deepEqual(tables[0]?.head, ['nDCG@10', 'bm25'])
  assert.equal(tables[0].rows.at(-1)?.[0], 'mean')
})

test('--limit, --per-query, --baseline and compare: paired over the queries that both have', async (t) => {
  const { folder, line } = await run(t)
  const [before, after] = [join(folder, 'before.json'), join(folder, 'after.json')]
  await runBench([...line, '--legs', 'bm25', '--per-query', '--out', before])
  await runBench([...line, '--legs', 'bm25', '--limit', '1', '--baseline', before, '--out', after])
  const result = JSON.parse(await readFile(after, 'utf8')) as RecallResult & { against_baseline: unknown }
  assert.equal(result.queries, 1)
  const { json } = await runBench(['compare', before, after], createTinyStore(), true)
  const { comparisons } = json as { comparisons: { queries: number; difference: number; p: number | null }[] }
  assert.deepEqual(result.against_baseline, comparisons)
  assert.equal(comparisons[0]?.queries, 1)
  assert.equal(comparisons[0].difference, 0)
  assert.equal(comparisons[0].p, 1)
})

test('wrong usage says what is allowed', async (t) => {
  const folder = await folderOf(t, FILES)
  const invalid = (message: RegExp) => ({ code: 'invalid_request', message })
  await assert.rejects(runBench(['recall']), invalid(/--dataset/))
  await assert.rejects(runBench(['recall', folder, '--legs', 'bm26']), invalid(/--legs bm26: must be one of bm25, dense/))
  await assert.rejects(runBench(['recall', folder, '--k', '0']), invalid(/--k 0: must be a whole number from 1 to 400/))
  await assert.rejects(runBench(['recall', folder, '--unit', 'page']), invalid(/chunk, document/))
  await assert.rejects(runBench(['recall', folder, '--set', 'a']), invalid(/path=value/))
  await assert.rejects(runBench(['compare', join(folder, 'queries.jsonl'), folder]), { code: 'invalid_dataset' })
})
