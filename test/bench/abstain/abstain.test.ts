import { test } from 'node:test'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { readAbstainSet } from '../../../bench/abstain/abstain-set.ts'
import { foreignQuestions } from '../../../bench/abstain/foreign.ts'
import { reliabilityPicture } from '../../../bench/abstain/reliability-picture.ts'
import { reliabilityOf } from '../../../bench/abstain/reliability.ts'
import type { AbstainResult } from '../../../bench/abstain/result.ts'
import { separationOf } from '../../../bench/abstain/separation.ts'
import { wordCounter } from '../budget/word-counter.ts'
import { folderOf, jsonLines } from '../folders.ts'
import { runBench } from '../tiny-tools.ts'

const setOf = (prefix: string, documents: readonly { readonly _id: string; readonly title?: string; readonly text: string }[]) => ({
  [`${prefix}/corpus.jsonl`]: jsonLines(documents),
  [`${prefix}/queries.jsonl`]: jsonLines(documents.map(({ _id, text }) => ({ _id: `q-${_id}`, text }))),
  [`${prefix}/qrels/test.tsv`]: documents.map(({ _id }) => `q-${_id}\t${_id}\t1\n`).join(''),
  [`${prefix}/answers.jsonl`]: jsonLines(documents.map(({ _id, text }) => ({ 'query-id': `q-${_id}`, answers: [text.split(' ').at(-1)] }))),
})

const FILES = {
  ...setOf('fruit', [
    { _id: 'f1', title: 'Apple', text: 'red apple' },
    { _id: 'f2', text: 'yellow banana' },
  ]),
  ...setOf('sky', [
    { _id: 's1', title: 'apple ', text: 'white cloud' },
    { _id: 's2', text: 'warm wind' },
    { _id: 's3', text: 'cold rain' },
  ]),
  ...setOf('copy', [{ _id: 'c1', text: 'Red  Apple' }]),
  'fruit/unanswerable.jsonl': jsonLines([
    { _id: 'u1', text: 'apple price' },
    { _id: 'u2', text: 'nothing' },
  ]),
}

test('foreign questions: not of sets that share a text, not about a title that the index has, in turns', async (t) => {
  const folder = await folderOf(t, { ...FILES, ...setOf('sea', [{ _id: 'w1', text: 'deep water' }]) })
  const [fruit, ...others] = await Promise.all(
    ['fruit', 'sky', 'copy', 'sea'].map((name) => readAbstainSet(join(folder, name), wordCounter)),
  )
  assert.ok(fruit !== undefined)
  const { queries, leftOut, sharedTitles } = foreignQuestions(fruit, others, 500)
  assert.deepEqual(leftOut, { copy: 1 })
  assert.equal(sharedTitles, 1)
  assert.deepEqual(queries.map(({ id }) => id).sort(), ['q-s2', 'q-s3', 'q-w1'])
  assert.equal(queries[1]?.id, 'q-w1')
  assert.equal(foreignQuestions(fruit, others, 2).queries.length, 2)
})

test('a threshold that loses two of a hundred own questions at most', () => {
  const own = Array.from({ length: 100 }, (_, index) => index / 100)
  assert.deepEqual(separationOf(own, [0, 0.01, 0.02, 0.5]), { threshold: 0.02, foreign: 0.5 })
  assert.deepEqual(separationOf([0.4, 0.6], [0.1, 0.5]), { threshold: 0.4, foreign: 0.5 })
  assert.equal(separationOf([], [1]), null)
  assert.equal(separationOf([1], []), null)
})

test('reliability: bins by confidence, the error weighted by their size', () => {
  const { bins, ece, questions } = reliabilityOf([
    { confidence: 0.95, correct: true },
    { confidence: 0.95, correct: false },
    { confidence: 0, correct: false },
    { confidence: 1, correct: true },
  ])
  assert.equal(questions, 4)
  assert.deepEqual(bins[0], { from: 0, to: 0.1, questions: 1, confidence: 0, correct: 0 })
  assert.equal(bins[5]?.confidence, null)
  assert.equal(bins[9]?.questions, 3)
  assert.equal(ece.toFixed(6), ((2.9 - 2) / 4).toFixed(6))
})

test('every index is asked its own questions, those it cannot answer, and those of the others', async (t) => {
  const folder = await folderOf(t, FILES)
  const sets = ['fruit', 'sky', 'copy'].map((name) => join(folder, name)).join()
  const line = ['abstain', '--dataset', sets, '--profile', 'tiny', '--cache', join(folder, 'cache'), '--budget', '4']
  const { json, store } = await runBench(line, undefined, true)
  const { datasets, reliability } = json as AbstainResult
  const [fruit, sky, copy] = datasets
  assert.deepEqual(fruit?.questions, { foreign: 2, answerable: 2, unanswerable: 2 })
  // the tiny engine answers what shares a word
  assert.deepEqual([fruit.foreign, fruit.answerable, fruit.unanswerable], [1, 0, 0.5])
  assert.deepEqual(fruit.left_out, { copy: 1 })
  assert.equal(fruit.shared_titles, 1)
  assert.deepEqual(fruit.separation.relevance, { threshold: 1, foreign: 1 })
  assert.equal(sky?.unanswerable, null)
  assert.equal(copy?.questions.foreign, 3)
  // own questions get what they ask for, foreign ones nothing; "apple price" is answered without evidence
  assert.deepEqual([reliability.answerable.questions, reliability.answerable.ece], [6, 0])
  assert.deepEqual([reliability.all.questions, reliability.all.bins[9]?.correct], [6, 1])
  assert.equal(fruit.unanswerable_confidence, 0.5)
  assert.equal(store.indexes.size, 3)
  const picture = reliabilityPicture(json as AbstainResult)
  assert.equal(picture.match(/<circle/g)?.length, 2)
  assert.doesNotMatch(picture, /NaN|undefined/)
})

test('one folder alone has no others', async () => {
  await assert.rejects(runBench(['abstain', '--dataset', 'one']), { code: 'invalid_request', message: /two folders/ })
})
