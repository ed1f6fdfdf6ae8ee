import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lru } from '../../src/state/lru.ts'

test('keeps what was used last, never more than its limit', () => {
  const lru = new Lru<string, number>(2)
  lru.set('a', 1)
  lru.set('b', 2)
  assert.equal(lru.get('a'), 1)
  lru.set('c', 3)
  assert.deepEqual([lru.get('a'), lru.get('b'), lru.get('c')], [1, undefined, 3])
  lru.set('c', 4)
  lru.delete('a')
  assert.deepEqual([lru.get('a'), lru.get('c')], [undefined, 4])
})
