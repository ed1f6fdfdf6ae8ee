import { test } from 'node:test'
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { openDataset, readCorpus } from '../../bench/dataset.ts'
import { readLines } from '../../bench/lines.ts'
import { folderOf, jsonLines } from './folders.ts'

const CORPUS = jsonLines([
  { _id: 'd1', title: 'One', text: 'first', metadata: { year: 2020 } },
  { _id: 'd2', title: '', text: 'second' },
])
const QUERIES = jsonLines([
  { _id: 'q1', text: 'asked' },
  { _id: 'q2', text: 'judged, nothing relevant' },
  { _id: 'q3', text: 'not judged' },
])
const QRELS = 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td1\t0\n'
const WHOLE = { 'corpus.jsonl': CORPUS, 'queries.jsonl': QUERIES, 'qrels/test.tsv': QRELS }

test('a folder in BEIR layout: only queries with a relevant document, every grade', async (t) => {
  const folder = await folderOf(t, WHOLE)
  const dataset = await openDataset(folder)
  assert.deepEqual(dataset.queries, [{ id: 'q1', text: 'asked' }])
  assert.deepEqual(
    [...(dataset.qrels.get('q1') ?? [])],
    [
      ['d1', 2],
      ['d2', 0],
    ],
  )
  assert.equal(dataset.documents, 2)
  const documents = await Array.fromAsync(readCorpus(folder))
  assert.deepEqual(documents, [
    { id: 'd1', title: 'One', uri: null, mediaType: 'text/plain', content: 'first', metadata: { year: 2020 } },
    { id: 'd2', title: null, uri: null, mediaType: 'text/plain', content: 'second', metadata: {} },
  ])
})

test('the corpus hash follows the documents and nothing else', async (t) => {
  const before = await openDataset(await folderOf(t, WHOLE))
  const same = await openDataset(await folderOf(t, { ...WHOLE, 'queries.jsonl': QUERIES + jsonLines([{ _id: 'q4', text: 'more' }]) }))
  const other = await openDataset(await folderOf(t, { ...WHOLE, 'corpus.jsonl': CORPUS.replace('second', 'third') }))
  assert.equal(same.corpusHash, before.corpusHash)
  assert.notEqual(other.corpusHash, before.corpusHash)
})

for (const missing of Object.keys(WHOLE)) {
  test(`a folder without ${missing} says so`, async (t) => {
    const folder = await folderOf(t, Object.fromEntries(Object.entries(WHOLE).filter(([name]) => name !== missing)))
    await assert.rejects(openDataset(folder), { code: 'invalid_dataset', message: `${join(folder, missing)} cannot be read (ENOENT)` })
  })
}

const BAD = [
  ['corpus.jsonl', `${CORPUS}{"_id": "d3"`, /corpus\.jsonl:3: /],
  ['corpus.jsonl', `${CORPUS}[]`, /corpus\.jsonl:3: not a JSON object/],
  ['corpus.jsonl', `${CORPUS}\n{"_id": 3, "text": ""}`, /corpus\.jsonl:4: field "_id" is not a string/],
  ['queries.jsonl', '{"_id": "q1"}', /queries\.jsonl:1: field "text" is not a string/],
  ['queries.jsonl', '', /has no query with a relevant document/],
  ['qrels/test.tsv', `${QRELS}q1 d1 1`, /test\.tsv:5: not "query <tab> document <tab> grade"/],
  ['qrels/test.tsv', `${QRELS}q1\td1\thigh`, /test\.tsv:5: /],
] as const

for (const [name, text, message] of BAD) {
  test(`${name} ending in ${JSON.stringify(text.slice(-22))} is refused with its place`, async (t) => {
    const folder = await folderOf(t, { ...WHOLE, [name]: text })
    await assert.rejects(openDataset(folder), { code: 'invalid_dataset', message })
  })
}

test('documents, queries and judgements are bounded', async (t) => {
  const folder = await folderOf(t, WHOLE)
  const enough = { documents: 2, queries: 1, judgements: 3 }
  await openDataset(folder, enough)
  for (const limit of ['documents', 'queries', 'judgements'] as const) {
    const rejected = openDataset(folder, { ...enough, [limit]: enough[limit] - 1 })
    await assert.rejects(rejected, { code: 'invalid_dataset', message: `the data set has more than ${enough[limit] - 1} ${limit}` })
  }
})

test('lines: blank ones are left out but counted, carriage returns go, the last needs no end, length is bounded', async (t) => {
  const folder = await folderOf(t, { 'a.txt': 'one\r\n\n  \nfour', 'b.txt': `ok\n${'x'.repeat(101)}\nok`, 'c.txt': 'x'.repeat(200_000) })
  const lines = await Array.fromAsync(readLines(join(folder, 'a.txt')))
  assert.deepEqual(lines, [
    { number: 1, text: 'one' },
    { number: 4, text: 'four' },
  ])
  await assert.rejects(Array.fromAsync(readLines(join(folder, 'b.txt'), 100)), {
    code: 'invalid_dataset',
    message: /b\.txt:2 is longer than 100/,
  })
  await assert.rejects(Array.fromAsync(readLines(join(folder, 'c.txt'), 100)), { code: 'invalid_dataset', message: /c\.txt:1 is longer/ })
})

test('text that is cut in the middle of a character by the stream arrives whole', async (t) => {
  const text = 'ä'.repeat(100_001)
  const folder = await folderOf(t, { 'a.txt': `x${text}\n` })
  const [line] = await Array.fromAsync(readLines(join(folder, 'a.txt')))
  assert.equal(line?.text, `x${text}`)
})
