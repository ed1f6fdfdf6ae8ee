import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { editDistance, nearest } from '../../src/config/nearest.ts'

test('distances that can be counted by hand', () => {
  assert.equal(editDistance('kitten', 'sitting'), 3)
  assert.equal(editDistance('port', 'port'), 0)
  assert.equal(editDistance('', 'port'), 4)
})

test('a distance is symmetric and no more than the longer name', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      assert.equal(editDistance(a, b), editDistance(b, a))
      assert.ok(editDistance(a, b) <= Math.max(a.length, b.length))
    }),
  )
})

test('the nearest name, or none where nothing is near', () => {
  assert.equal(nearest('http.prot', ['http.port', 'http.host', 'log.level']), 'http.port')
  assert.equal(nearest('zzzzzzzz', ['http.port']), null)
})
