import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { queryTerms, wordsOf } from '../../../src/core/evidence/terms.ts'

describe('words as evidence compares them', () => {
  it('are cut to their first letters, in lower case, repeats included', () => {
    assert.deepEqual(wordsOf('Rotating keys rotates KEYS.'), ['rotati', 'keys', 'rotate', 'keys'])
  })

  it('keep a number with its separators together', () => {
    assert.deepEqual(wordsOf('8,061 of 4.2, up 3.'), ['8,061', 'of', '4.2', 'up', '3'])
  })

  it('of a question are distinct and say something', () => {
    assert.deepEqual(queryTerms('How do I rotate the API key, and which key?'), ['rotate', 'api', 'key'])
  })

  it('are all words where a question has nothing but stop words', () => {
    assert.deepEqual(queryTerms('who are you'), ['who', 'are', 'you'])
  })

  it('are none in a text without letters and digits', () => {
    assert.deepEqual(wordsOf('?! …'), [])
    assert.deepEqual(queryTerms(''), [])
  })
})
