import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { pagesOf, pageUri, unitedPages } from '../../../src/core/text/pages.ts'

test('the pages of a span', () => {
  const starts = [0, 10, 10, 25]
  assert.deepEqual(pagesOf(starts, { start: 0, end: 10 }), [1, 1])
  assert.deepEqual(pagesOf(starts, { start: 9, end: 11 }), [1, 3], 'a page without text begins where the next one does')
  assert.deepEqual(pagesOf(starts, { start: 10, end: 30 }), [3, 4])
  assert.deepEqual(pagesOf([5], { start: 0, end: 1 }), [1, 1])
  assert.equal(pagesOf([], { start: 0, end: 1 }), null)
})

test('pages go by the starts before them, whatever they are', () => {
  const starts = fc.array(fc.nat(100), { minLength: 1, maxLength: 12 }).map((each) => [0, ...each].toSorted((a, b) => a - b))
  fc.assert(
    fc.property(starts, fc.nat(100), fc.nat(20), (all, start, length) => {
      const [first, last] = pagesOf(all, { start, end: start + length }) ?? [0, 0]
      assert.equal(first, all.filter((each) => each <= start).length)
      assert.equal(last, all.filter((each) => each <= Math.max(start, start + length - 1)).length)
    }),
  )
})

test('several passages have all pages between them', () => {
  assert.deepEqual(unitedPages([[3, 4], null, [2, 3]]), [2, 4])
  assert.equal(unitedPages([null]), null)
})

test('an address gets the page, unless it has a fragment', () => {
  assert.equal(pageUri('https://a.example/m.pdf', [3, 4]), 'https://a.example/m.pdf#page=3')
  assert.equal(pageUri('m.pdf#section', [3, 4]), 'm.pdf#section')
  assert.equal(pageUri('m.md', null), 'm.md')
  assert.equal(pageUri(null, [1, 1]), null)
})
