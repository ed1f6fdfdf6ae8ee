import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockCounts } from '../../../src/core/near/block-counts.ts'
import { randomFrom } from './corpus.ts'

const SETTINGS = { boilerplateDocuments: 5, boilerplateShare: 0.5, countedBlocks: 64, countedSources: 2 }
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

test('a block is boilerplate of a source where enough of its documents have it, and a large enough share of them', () => {
  const counts = new BlockCounts(SETTINGS)
  for (const at of numbers(4)) counts.count('docs', ['footer', 'footer', `text ${at}`])
  assert.equal(counts.isBoilerplate('docs', 'footer'), false)
  counts.count('docs', ['footer'])
  assert.equal(counts.isBoilerplate('docs', 'footer'), true)
  assert.equal(counts.isBoilerplate('docs', 'text 0'), false)
  assert.equal(counts.isBoilerplate('others', 'footer'), false)
  for (const at of numbers(6)) counts.count('docs', [`more ${at}`])
  assert.equal(counts.isBoilerplate('docs', 'footer'), false)
})

test('is bounded: frequent blocks outlast any number of others, and no count is ever too high', () => {
  const counts = new BlockCounts(SETTINGS)
  const random = randomFrom(3)
  for (const at of numbers(400)) {
    const rare = numbers(10).map(() => `rare ${Math.floor(random() * 1e9)}`)
    counts.count('docs', at % 4 === 0 ? rare : [...rare, 'footer', ...(at % 3 === 0 ? ['often'] : [])])
  }
  assert.equal(counts.isBoilerplate('docs', 'footer'), true)
  assert.equal(counts.isBoilerplate('docs', 'often'), false)
})

test('the sources that were counted last are kept', () => {
  const counts = new BlockCounts(SETTINGS)
  for (const source of ['a', 'b']) numbers(5).forEach(() => counts.count(source, ['footer']))
  counts.count('a', ['footer'])
  counts.count('c', ['footer'])
  assert.deepEqual(
    ['a', 'b', 'c'].map((source) => counts.isBoilerplate(source, 'footer')),
    [true, false, false],
  )
})
