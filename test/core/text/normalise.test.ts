import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalise, stableHash, textHash } from '../../../src/core/text/normalise.ts'

test('case, white space and compatibility forms do not make another text', () => {
  assert.equal(normalise('  The ﬁrst\n\t１２ '), 'the first 12')
  assert.equal(textHash('One  two\nthree'), textHash('one two THREE'))
  assert.notEqual(textHash('one two'), textHash('onetwo'))
})

test('a stable hash tells lists of parts apart and never moves', () => {
  assert.notEqual(stableHash('ab', 'c'), stableHash('a', 'bc'))
  // printf '1:a1:b' | sha256sum | cut -c1-24
  assert.equal(stableHash('a', 'b'), 'facdde7abf1eac5b301273ab')
})
