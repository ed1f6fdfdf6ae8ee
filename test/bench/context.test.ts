import { test } from 'node:test'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { answerShare, goldShare } from '../../bench/context/evidence.ts'
import type { ContextResult } from '../../bench/context/result.ts'
import { knownItems } from '../../bench/known-items.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { Item } from '../../src/core/answer.ts'
import { folderOf, jsonLines } from './folders.ts'
import { createTinyStore } from './tiny-engine.ts'
import { runBench } from './tiny-tools.ts'

test('gold documents count by item and by the other places of its text', () => {
  const item = (doc: string, ...also: string[]) => ({ doc, also: also.map((other) => ({ doc: other })) }) as unknown as Item
  const grades = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 0],
  ])
  assert.equal(goldShare({ items: [item('a'), item('c')] }, grades), 1 / 2)
  assert.equal(goldShare({ items: [item('x', 'b'), item('a')] }, grades), 1)
  assert.equal(goldShare({ items: [] }, grades), 0)
})

test('answer strings are looked for without regard to case and white space', () => {
  assert.equal(answerShare('It was\n 308 Points.', ['308 points', '136']), 1 / 2)
  assert.equal(answerShare('anything', []), null)
})

const FILES = {
  'corpus.jsonl': jsonLines([
    { _id: 'd1', text: 'red apple' },
    { _id: 'd2', text: 'green apple' },
  ]),
  'queries.jsonl': jsonLines([{ _id: 'q1', text: 'green apple' }]),
  'qrels/test.tsv': 'q1\td1\t1\nq1\td2\t1\n',
  'answers.jsonl': jsonLines([{ 'query-id': 'q1', answers: ['Red', 'Green'] }]),
}

test('variants side by side: each its own engine, tokens and evidence by hand', async (t) => {
  const folder = await folderOf(t, FILES)
  const store = createTinyStore()
  const line = ['context', '--dataset', folder, '--profile', 'tiny', '--cache', join(folder, 'c'), '--budget', '2,10', '--hierarchy', 'off']
  const { json } = await runBench(line, store, true)
  const { datasets } = json as ContextResult
  const rows = datasets[0]?.variants.map((v) => [v.budget, v.intent, v.context_tokens, v.evidence_recall, v.answer_recall])
  // two words hold "green apple"; ten hold both (three distinct words) unless the tiny engine's intent keeps one item
  assert.deepEqual(rows, [
    [2, false, 2, 1 / 2, 1 / 2],
    [2, true, 2, 1 / 2, 1 / 2],
    [10, false, 3, 1, 1],
    [10, true, 2, 1 / 2, 1 / 2],
  ])
  assert.deepEqual(
    store.opened.map((overrides) => overrides['retrieve.hierarchy.min_chunks']),
    [100_000_000, 100_000_000],
  )
  assert.equal(store.embeddedDocuments, 2)
})

test('Markdown trees are joined and asked by their headings', async (t) => {
  const folder = await folderOf(t, {
    'a/one.md': '# Title of one\n\n## How to rotate keys\n\ntext\n\n```sh\n## not a heading here\n```\n\n### Common words of both',
    'b/two.md': '## Common words of both\n\n## Use [the `link`](x.md) well {#id}',
    'b/three.txt': '## Not a document here',
  })
  const line = ['context', '--corpora', `${join(folder, 'a')},${join(folder, 'b')}`, '--profile', 'tiny', '--cache', join(folder, 'c')]
  const { json, store } = await runBench([...line, '--intent', 'off', '--hierarchy', 'on'], createTinyStore(), true)
  const { datasets } = json as ContextResult
  assert.equal(datasets[0]?.dataset, 'corpora')
  assert.equal(datasets[0].queries, 2)
  assert.equal(datasets[0].variants[0]?.evidence_recall, 1)
  assert.equal(datasets[0].variants[0].answer_recall, null)
  assert.deepEqual([...(store.indexes.values().next().value?.documents.keys() ?? [])].sort(), ['a/one.md', 'b/two.md'])
})

test('known items: the heading as plain words, one document each, always the same', () => {
  const document = (id: string, content: string) => ({
    id: id as DocumentId,
    content,
    title: null,
    uri: null,
    mediaType: 'text/markdown',
    metadata: {},
  })
  const documents = [
    document('d1', '## Use [the `link`](x.md) well {#id}\n## Two words\n## Alpha beta gamma'),
    document('d2', '## Alpha beta gamma'),
  ]
  const { queries, qrels } = knownItems(documents, 10)
  assert.deepEqual(queries, [{ id: 'k0000', text: 'Use the link well' }])
  assert.deepEqual([...(qrels.get('k0000') ?? [])], [['d1', 1]])
  assert.deepEqual(knownItems(documents, 10), { queries, qrels })
})

test('context without a folder says what is needed', async () => {
  await assert.rejects(runBench(['context']), { code: 'invalid_request', message: /--dataset or --corpora/ })
})
