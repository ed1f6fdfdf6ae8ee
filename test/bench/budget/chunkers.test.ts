import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fixedWindows } from '../../../bench/budget/fixed-windows.ts'
import { recursiveSplits } from '../../../bench/budget/recursive-splitter.ts'
import { wordCounter } from './word-counter.ts'

const textOf = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z.]{1,14}$/), fc.constantFrom(' ', '  ', '\n', '\n\n', '\n \n')), { maxLength: 120 })
  .map((parts) => parts.flat().join(''))

test('fixed windows: full but the last, in order, and every word in one of them', () => {
  fc.assert(
    fc.property(textOf, fc.integer({ min: 1, max: 12 }), (text, size) => {
      const windows = fixedWindows(text, size, wordCounter)
      assert.deepEqual(
        windows
          .map(({ start, end }) => text.slice(start, end))
          .join(' ')
          .match(/\S+/g),
        text.match(/\S+/g),
      )
      for (const [index, { start, end }] of windows.entries()) {
        assert.equal(text.slice(start, end).trim(), text.slice(start, end))
        assert.ok(wordCounter.count(text.slice(start, end)) <= size)
        if (index < windows.length - 1) assert.equal(wordCounter.count(text.slice(start, end)), size)
      }
    }),
  )
})

test('fixed windows: counts that do not add up over words are recounted', () => {
  // a pair of words costs one token more than its words alone
  const counter = { ...wordCounter, count: (text: string) => wordCounter.count(text) * 2 - (text === '' ? 0 : 1) }
  const windows = fixedWindows('a b c d e', 5, counter)
  assert.deepEqual(windows, [
    { start: 0, end: 5 },
    { start: 6, end: 9 },
  ])
  assert.deepEqual(fixedWindows('abc', 0, wordCounter), [{ start: 0, end: 3 }])
})

test('recursive splits: by hand', () => {
  const text = 'aaaa bbbb\n\ncccc dddd eeee ffff'
  const pieces = (size: number, overlap: number) => recursiveSplits(text, { size, overlap }).map(({ start, end }) => text.slice(start, end))
  assert.deepEqual(pieces(100, 0), [text])
  assert.deepEqual(pieces(12, 0), ['aaaa bbbb', 'cccc dddd', 'eeee ffff'])
  assert.deepEqual(pieces(12, 6), ['aaaa bbbb', 'cccc dddd', 'dddd eeee', 'eeee ffff'])
  // white space counts while parts are merged and is taken off after
  assert.deepEqual(pieces(3, 0), ['aaa', 'a', 'bb', 'bb', 'cc', 'cc', 'dd', 'dd', 'ee', 'ee', 'ff', 'ff'])
})

test('recursive splits: never too long, hardly repeating more than the overlap, nothing lost', () => {
  fc.assert(
    fc.property(textOf, fc.integer({ min: 8, max: 60 }), fc.integer({ min: 0, max: 7 }), (text, size, overlap) => {
      const spans = recursiveSplits(text, { size, overlap })
      const seen = new Uint8Array(text.length)
      for (const [index, { start, end }] of spans.entries()) {
        assert.ok(end - start <= size)
        assert.ok(index === 0 || (spans[index - 1]?.end ?? 0) - start <= overlap)
        seen.fill(1, start, end)
      }
      for (const match of text.matchAll(/\S/g)) assert.equal(seen[match.index], 1)
    }),
  )
})
