import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Memo } from '../../src/models/memo.ts'

test('a memo keeps no more than its limit, what is in use longest, and nothing very long', () => {
  let computed = 0
  const memo = new Memo((key) => {
    computed++
    return key.length
  }, 10)
  for (let i = 0; i < 100; i++) for (const key of [`word${i}`, 'often']) assert.equal(memo.get(key), key.length)
  assert.equal(computed, 101, 'a word in use is computed once')
  assert.ok(memo.size <= 10, String(memo.size))
  const long = 'x'.repeat(50)
  assert.deepEqual([memo.get(long), memo.get(long), computed], [50, 50, 103])
})

test('the smallest memo still answers', () => {
  const memo = new Memo((key) => key.length, 2)
  assert.deepEqual(['a', 'bb', 'ccc', 'a'].map((key) => memo.get(key)), [1, 2, 3, 1])
  assert.ok(memo.size <= 2)
})

test('a word that is kept does not keep the text that it was met in', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = (): number => {
    collect()
    return process.memoryUsage().heapUsed
  }
  const memo = new Memo((key) => key.length, 1000)
  const before = used()
  for (let i = 0; i < 20; i++) {
    const text = Buffer.from(`extraordinaryword${i} `.repeat(50_000)).toString()
    memo.get(text.slice(0, text.indexOf(' ')))
  }
  assert.ok(memo.size === 20 && used() - before < 5_000_000)
})
