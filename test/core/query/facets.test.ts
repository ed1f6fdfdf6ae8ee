import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { facetDegree, facetWords, facetsOf } from '../../../src/core/query/facets.ts'

const textsOf = (query: string): readonly string[] => facetsOf(query).map(({ text }) => text)

describe('facets', () => {
  it('are the sides of a comparison', () => {
    assert.deepEqual(textsOf('What is the difference between the standard and the fast profile?'), ['the standard', 'the fast profile'])
    assert.deepEqual(textsOf('postgres vs mysql for analytics'), ['postgres', 'mysql for analytics'])
    assert.deepEqual(textsOf('compare sertraline with fluoxetine'), ['sertraline', 'fluoxetine'])
  })

  it('are the names of a question that needs several', () => {
    assert.deepEqual(textsOf('Are Christopher Nolan and Sathish Kalathil both film directors?'), ['Christopher Nolan', 'Sathish Kalathil'])
    assert.deepEqual(textsOf('If Gallu is a demon Lilu is what?'), ['Gallu', 'Lilu'])
  })

  it('are the questions of a message', () => {
    assert.deepEqual(textsOf('How do I rotate a key? What does it cost?'), ['How do I rotate a key?', 'What does it cost?'])
  })

  it('are none where one thing is asked', () => {
    for (const query of ['how do I rotate an API key?', 'What is the capital of France?', '', 'Keys', 'ECONNREFUSED 127.0.0.1:5432']) {
      assert.deepEqual(textsOf(query), [], query)
    }
  })

  it('are spoken of by the share of their words', () => {
    const [first] = facetsOf('Christopher Nolan vs Sathish Kalathil')
    assert.ok(first)
    assert.equal(facetDegree(first, facetWords('A film by Christopher Nolan.')), 1)
    assert.equal(facetDegree(first, facetWords("Nolan's films")), 0.5)
    assert.equal(facetDegree(first, facetWords('nothing')), 0)
  })

  it('are at most four, each with words of its own, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (query) => {
        const facets = facetsOf(query)
        assert.ok(facets.length !== 1 && facets.length <= 4)
        for (const { words } of facets) assert.ok(words.size > 0)
      }),
    )
    assert.deepEqual(facetsOf('Is A better than B? '.repeat(26)), [])
  })
})
