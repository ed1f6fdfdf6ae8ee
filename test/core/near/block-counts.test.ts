import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BlockCounts } from '../../../src/core/near/block-counts.ts'
import { randomFrom } from './corpus.ts'

const SETTINGS = { boilerplateDocuments: 5, boilerplateShare: 0.5, countedBlocks: 2048 }
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)

function opened(settings = SETTINGS) {
  const counts = new BlockCounts(settings)
  let documents = 0
  return { counts, count: (source: string, blocks: readonly string[]) => counts.count(source, `document ${documents++}`, blocks) }
}

test('a block is boilerplate of a source where enough of its documents have it, and a large enough share of them', () => {
  const { counts, count } = opened()
  for (const at of numbers(4)) count('docs', ['footer', 'footer', `text ${at}`])
  assert.equal(counts.isBoilerplate('docs', 'footer'), false)
  count('docs', ['footer'])
  assert.equal(counts.isBoilerplate('docs', 'footer'), true)
  assert.equal(counts.isBoilerplate('docs', 'text 0'), false)
  assert.equal(counts.isBoilerplate('others', 'footer'), false)
  for (const at of numbers(6)) count('docs', [`more ${at}`])
  assert.equal(counts.isBoilerplate('docs', 'footer'), false)
})

test('a document that is prepared again is no further document', () => {
  const { counts } = opened()
  for (const attempt of numbers(4)) for (const document of ['a', 'b']) counts.count('docs', document, ['footer', `attempt ${attempt}`])
  assert.equal(counts.isBoilerplate('docs', 'footer'), false)
  for (const document of ['c', 'd', 'e']) counts.count('docs', document, ['footer'])
  assert.equal(counts.isBoilerplate('docs', 'footer'), true)
  for (const document of ['a', 'b', 'c', 'd', 'e']) counts.count('others', document, ['footer'])
  assert.equal(counts.isBoilerplate('others', 'footer'), true, 'the same ids in another index are other documents')
})

test('of one source frequent blocks outlast any number of others, and no count is ever too high', () => {
  const { counts, count } = opened()
  const random = randomFrom(3)
  for (const at of numbers(400)) {
    const rare = numbers(10).map(() => `rare ${Math.floor(random() * 1e9)}`)
    count('docs', at % 4 === 0 ? rare : [...rare, 'footer', ...(at % 3 === 0 ? ['often'] : [])])
    assert.ok(counts.size <= 8 + SETTINGS.countedBlocks / 32, 'it leaves room for others')
  }
  assert.equal(counts.isBoilerplate('docs', 'footer'), true)
  assert.equal(counts.isBoilerplate('docs', 'often'), false)
})

test('counted_blocks bounds all sources together; those that were counted last are kept', () => {
  const { counts, count } = opened()
  numbers(5).forEach(() => count('first', ['footer']))
  numbers(5).forEach(() => count('again', ['footer']))
  // Each takes 8 and its one block, so 227 are within the limit: these two and 225 others.
  for (const at of numbers(225)) count(`source ${at}`, ['footer'])
  assert.equal(counts.size, 227 * 9)
  assert.equal(counts.isBoilerplate('first', 'footer'), true)
  count('again', ['footer'])
  count('one more', ['footer'])
  assert.equal(counts.size, 227 * 9)
  assert.deepEqual(
    ['first', 'again'].map((source) => counts.isBoilerplate(source, 'footer')),
    [false, true],
  )
  for (const at of numbers(5000)) {
    count(`large ${at % 40}`, [`own ${at}`, `more ${at}`])
    assert.ok(counts.size <= SETTINGS.countedBlocks)
  }
})
