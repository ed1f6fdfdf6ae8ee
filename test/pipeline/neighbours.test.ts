import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { Chunk } from '../../src/core/types.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import { createNeighboursStage } from '../../src/pipeline/neighbours.ts'
import { ManualClock, contextWith } from './fixture.ts'
import { candidateFor, documentOf, readerOf, settingsWith } from './small-index.ts'

const book = documentOf('book', [['One.'], ['Two.'], ['Three.'], ['Four.'], ['Five.'], ['Six.']])
const at = (chunks: readonly Chunk[], ...positions: number[]) => positions.flatMap((position) => chunks[position] ?? [])
const shape = (around: ReadonlyMap<string, { before: readonly Chunk[]; after: readonly Chunk[] }>) =>
  Object.fromEntries(
    [...around].map(([id, { before, after }]) => [id, [before, after].map((side) => side.map(({ text }) => text).join(' '))]),
  )

async function neighboursOf(candidates: readonly Candidate[], packing = {}, reader = readerOf(book), retrieve = {}) {
  const context = contextWith(new ManualClock())
  const around = await createNeighboursStage(settingsWith({ packing, retrieve })).run({ candidates, reader }, context)
  return { around: shape(around), record: context.trace.records[0] }
}

test('each chunk is the neighbour of the better candidate, and none is a candidate', async () => {
  const candidates = at(book, 3, 1, 0).map((chunk) => candidateFor(chunk))
  const { around, record } = await neighboursOf(candidates)
  assert.deepEqual(around, { 'book#3': ['Three.', 'Five.'], 'book#1': ['', ''], 'book#0': ['', ''] })
  assert.deepEqual([record?.status, record?.in, record?.out], ['ok', 3, 2])
})

test('a wider circle goes on from what is there, in reading order, and stops at what is taken', async () => {
  const candidates = at(book, 2, 5).map((chunk) => candidateFor(chunk))
  assert.deepEqual((await neighboursOf(candidates, { neighbours: 2 })).around, {
    'book#2': ['One. Two.', 'Four.'],
    'book#5': ['Five.', ''],
  })
  assert.deepEqual((await neighboursOf(candidates.slice(0, 1), { neighbours: 8 })).around, { 'book#2': ['One. Two.', 'Four. Five. Six.'] })
})

test('duplicates of candidates are no neighbours, nor is what stands in front of a heading', async () => {
  const sections = documentOf('parts', [['A.'], ['B.'], null, ['C.'], ['D.']])
  const [a, b, c, d] = sections
  assert.ok(a && b && c && d)
  const twin = { ...candidateFor(c), twins: candidateFor(a, 0.5, [d]).twins }
  const { around } = await neighboursOf([twin, candidateFor(a)], {}, readerOf(sections))
  assert.deepEqual(around, { 'parts#2': ['', ''], 'parts#0': ['', 'B.'] })
})

test('only the best passages have neighbours, and none where the settings want none', async () => {
  const candidates = at(book, 0, 3).map((chunk) => candidateFor(chunk))
  assert.deepEqual((await neighboursOf(candidates, { neighbourPassages: 1 })).around, { 'book#0': ['', 'Two.'] })
  for (const packing of [{ neighbours: 0 }, { neighbourPassages: 0 }]) {
    const { around, record } = await neighboursOf(candidates, packing)
    assert.deepEqual([around, record?.status], [{}, 'not_planned'])
  }
})

test('what fails costs the neighbours and is said; a bug is thrown', async () => {
  const candidates = at(book, 1).map((chunk) => candidateFor(chunk))
  const failing = (error: Error) => readerOf(book, { chunks: () => Promise.reject(error) })
  for (const [code, status] of [
    ['deadline_exceeded', 'timeout'],
    ['too_busy', 'failed'],
  ] as const) {
    const { around, record } = await neighboursOf(candidates, {}, failing(new AppError(code, code)))
    assert.deepEqual([around, record?.status, record?.reason], [{ 'book#1': ['', ''] }, status, code])
  }
  await assert.rejects(neighboursOf(candidates, {}, failing(new Error('a bug'))), { message: 'a bug' })
})

test('the reserve of the deadline is kept, and no more is read at once than candidates are', async () => {
  const asked: { ids: number; limits: Limits }[] = []
  const index = readerOf(book)
  const reader = readerOf(book, { chunks: (ids, limits) => (asked.push({ ids: ids.length, limits }), index.chunks(ids, limits)) })
  const candidates = at(book, 1, 4).map((chunk) => candidateFor(chunk))
  const { around } = await neighboursOf(candidates, {}, reader, { candidates: 2 })
  assert.deepEqual(around, { 'book#1': ['One.', 'Three.'], 'book#4': ['Four.', 'Six.'] })
  assert.deepEqual(
    asked.map(({ ids, limits }) => [ids, limits.deadline]),
    [
      [2, 900],
      [2, 900],
    ],
  )
})
