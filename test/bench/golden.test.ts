import { test, type TestContext } from 'node:test'
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { GoldenCase } from '../../bench/golden/case.ts'
import { locate } from '../../src/core/golden/locate.ts'
import { coveredShare, overlaps } from '../../src/core/golden/overlap.ts'
import { readQuestions } from '../../bench/golden/questions.ts'
import type { GoldenResult } from '../../bench/golden/result.ts'
import { judge, judgeAll, overall } from '../../bench/golden/verdict.ts'
import { folderOf, jsonLines } from './folders.ts'
import { createTinyStore } from './tiny-engine.ts'
import { runBench } from './tiny-tools.ts'

const QUESTIONS = [
  { id: 'a', question: 'how to rotate keys', doc: 'keys.md', passage: 'rotate keys\nwith care', intent: 'how_to', answerable: true },
  { id: 'b', question: 'price of budget tokens', doc: 'deep/budget.md', passage: 'tokens cost', intent: 'how_to', answerable: true },
  { id: 'c', question: 'penguin', doc: null, passage: null, intent: 'lookup', answerable: false },
  { id: 'd', question: 'keys of a piano', doc: null, passage: null, intent: 'lookup', answerable: false },
]
const CASE = {
  name: 'tiny',
  documents: 'docs',
  questions: 'q.jsonl',
  settings: { profile: 'tiny', unit: 'chunk', language: 'English', ks: [1, 2], budgets: [4, 100] },
  expected: { 'passage_recall@1': { figure: 0.5, tolerance: 0.1, better: 'higher' } },
}
const FILES = {
  'docs/keys.md': '# Keys\n\nrotate keys with care',
  'docs/deep/budget.md': 'budget of tokens price\n\ntokens cost',
  'docs/ignored.txt': 'rotate keys with care',
  'q.jsonl': jsonLines(QUESTIONS),
}

const golden = async (t: TestContext, changed: Partial<typeof CASE> = {}, questions: readonly unknown[] = QUESTIONS) => {
  const folder = await folderOf(t, { ...FILES, 'q.jsonl': jsonLines(questions), 'case.json': JSON.stringify({ ...CASE, ...changed }) })
  return ['golden', '--case', join(folder, 'case.json'), '--cache', join(folder, 'cache')]
}

test('figures of a case can be redone by hand', async (t) => {
  const { code, json } = await runBench(await golden(t), createTinyStore(), true)
  const { figures, verdict, questions } = json as GoldenResult
  assert.deepEqual(questions, { answerable: 2, unanswerable: 2 })
  // a: its paragraph shares "rotate" and "keys", first. b: "budget of tokens price" shares 4 words, "tokens cost" one: second.
  assert.equal(figures['passage_recall@1'], 1 / 2)
  assert.equal(figures['passage_recall@2'], 1)
  // four words of budget hold "rotate keys with care", and for b only the wrong paragraph; a hundred hold both
  assert.equal(figures['evidence@4'], 1 / 2)
  assert.equal(figures['evidence@100'], 1)
  // "penguin" finds nothing; "keys of a piano" finds something at either budget
  assert.equal(figures['unanswerable_packed@100'], 1 / 2)
  assert.equal(figures['intent_accuracy'], 1 / 2)
  assert.equal(verdict, 'ok')
  assert.equal(code, 0)
})

test('the same offsets in another document are no evidence', async (t) => {
  const elsewhere = { ...QUESTIONS[0], question: 'rotate keys with care', doc: 'deep/budget.md', passage: 'budget of tokens price' }
  const { json } = await runBench(await golden(t, {}, [elsewhere]), createTinyStore(), true)
  assert.equal((json as GoldenResult).figures['evidence@4'], 0)
  assert.equal((json as GoldenResult).figures['passage_recall@1'], 0)
})

test('a missed expectation ends with exit code 4, a near one does not', async (t) => {
  const expecting = (figure: number) => ({ expected: { 'passage_recall@1': { figure, tolerance: 0.1, better: 'higher' } } })
  assert.equal((await runBench(await golden(t, expecting(0.65)))).code, 0)
  const missed = await runBench(await golden(t, expecting(0.75)))
  assert.equal(missed.code, 4)
  assert.deepEqual(missed.tables[0]?.rows[0], ['passage_recall@1', '0.500', '≥ 0.750', '0.100', 'fail'])
})

test('--record writes what was measured; the same run then is ok', async (t) => {
  const line = await golden(t, { expected: {} as typeof CASE.expected })
  assert.equal((await runBench(line)).code, 4, 'a case that expects nothing fails')
  assert.equal((await runBench([...line, '--record'])).code, 0)
  const recorded = JSON.parse(await readFile(line[2] ?? '', 'utf8')) as GoldenCase
  assert.equal(recorded.documents, 'docs')
  assert.deepEqual(recorded.expected['passage_recall@2'], { figure: 1, tolerance: 0.03, better: 'higher' })
  assert.equal(recorded.expected['unanswerable_packed@4']?.better, 'lower')
  assert.equal((await runBench(line)).code, 0)
})

test('a passage that no longer stands in its document is named', async (t) => {
  const edited = [{ ...QUESTIONS[0], passage: 'rotate keys daily' }]
  await assert.rejects(runBench(await golden(t, {}, edited)), {
    code: 'invalid_dataset',
    message: /question a: its passage no longer stands in keys\.md/,
  })
  const moved = [{ ...QUESTIONS[0], doc: 'gone.md' }]
  await assert.rejects(runBench(await golden(t, {}, moved)), { code: 'invalid_dataset', message: /question a: there is no gone\.md/ })
})

test('bad cases and questions are refused', async (t) => {
  await assert.rejects(runBench(await golden(t, { settings: { ...CASE.settings, ks: [] } })), { code: 'invalid_dataset' })
  await assert.rejects(runBench(await golden(t, { expected: { x: { figure: 1 } } as never })), { code: 'invalid_dataset' })
  const questions = (rows: readonly unknown[]) => folderOf(t, { 'q.jsonl': jsonLines(rows) }).then((folder) => join(folder, 'q.jsonl'))
  const refused = (message: RegExp) => ({ code: 'invalid_dataset', message })
  await assert.rejects(readQuestions(await questions([QUESTIONS[0], QUESTIONS[0]])), refused(/question a stands twice/))
  await assert.rejects(readQuestions(await questions([{ ...QUESTIONS[0], passage: ' ' }])), refused(/q\.jsonl:1: field "passage" is blank/))
  await assert.rejects(
    readQuestions(await questions([{ ...QUESTIONS[0], answerable: 'yes' }])),
    refused(/"answerable" is not true or false/),
  )
  await assert.rejects(readQuestions(await questions([QUESTIONS[2]])), refused(/no answerable question/))
  await assert.rejects(readQuestions(await questions(QUESTIONS), 3), refused(/more than 3 questions/))
})

test('verdicts: within tolerance ok, within twice near, beyond fail; better is never worse than ok', () => {
  const expectation = { figure: 0.9, tolerance: 0.02, better: 'higher' } as const
  assert.deepEqual(
    [1, 0.9, 0.88, 0.87, 0.86, 0.85].map((value) => judge(value, expectation)),
    ['ok', 'ok', 'ok', 'near', 'near', 'fail'],
  )
  assert.deepEqual(
    [0, 0.9, 0.92, 0.94, 0.95].map((value) => judge(value, { ...expectation, better: 'lower' })),
    ['ok', 'ok', 'ok', 'near', 'fail'],
  )
  assert.equal(judge(undefined, expectation), 'fail')
  assert.equal(overall([]), 'fail')
  assert.equal(overall(judgeAll({ a: 0.87, b: 1 }, { a: expectation, b: expectation })), 'near')
  assert.equal(overall(judgeAll({ a: 1 }, { a: expectation, b: expectation })), 'fail')
})

test('a passage is found exactly, or with other white space, or not', () => {
  assert.deepEqual(locate('one two two', 'two'), { start: 4, end: 7 })
  assert.deepEqual(locate('a (b)\n  c.', 'a (b) c.'), { start: 0, end: 10 })
  assert.equal(locate('a xb', 'a.b'), null)
})

test('spans: touching is not overlapping; what is covered twice counts once', () => {
  const span = (start: number, end: number) => ({ start, end })
  assert.equal(overlaps(span(0, 5), span(5, 9)), false)
  assert.equal(overlaps(span(0, 6), span(5, 9)), true)
  assert.equal(coveredShare(span(10, 20), [span(0, 12), span(11, 13), span(18, 30), span(40, 50)]), 0.5)
  assert.equal(coveredShare(span(10, 20), []), 0)
  assert.equal(coveredShare(span(10, 20), [span(0, 100), span(12, 14)]), 1)
})
