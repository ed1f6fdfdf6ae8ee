import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { clusterTexts } from '../../../src/core/packing/clusters.ts'
import { sharesWords } from '../../../src/core/packing/word-numbers.ts'

const SETTINGS = { jaccard: 0.8, minWords: 5 }

describe('clusters', () => {
  it('hold what is equal but for case and white space', () => {
    assert.deepEqual(clusterTexts(['Yes.', ' yes.', 'No.', '\nYES.'], SETTINGS), [0, 0, 1, 0])
  })

  it('hold what is nearly equal, if it is long enough to tell', () => {
    const text = 'Rotate the key in the console and wait for it'
    // 9 words, 10 with the extra one: .9
    assert.deepEqual(clusterTexts([text, `${text} now`, 'Something else is said by this one here'], SETTINGS), [0, 0, 1])
    assert.deepEqual(clusterTexts(['Rotate the key', 'Rotate the key now'], { jaccard: 0.7, minWords: 5 }), [0, 1])
    assert.deepEqual(clusterTexts(['Rotate the key', 'Rotate the key now'], { jaccard: 0.7, minWords: 3 }), [0, 0])
  })

  it('part what differs in a number or a negation', () => {
    const text = (limit: string) => `The service answers at most ${limit} requests of one client in each second`
    assert.deepEqual(clusterTexts([text('10'), text('20'), text('many'), text('few'), text('not many')], SETTINGS), [0, 1, 2, 2, 3])
  })

  it('compare words like the definition of Jaccard similarity', () => {
    const set = fc.uniqueArray(fc.nat(12)).map((numbers) => Int32Array.from(numbers).sort())
    fc.assert(
      fc.property(set, set, fc.double({ min: 0.01, max: 1, noNaN: true }), (a, b, threshold) => {
        const shared = a.filter((each) => b.includes(each)).length
        assert.equal(sharesWords(a, b, threshold), shared >= threshold * (a.length + b.length - shared))
      }),
    )
  })

  it('are those of comparing with the first text of every cluster', () => {
    const word = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', '1', 'not')
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '))
    const thresholds = fc.constantFrom(0.5, 0.7, 0.8, 1)
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), thresholds, fc.integer({ min: 1, max: 6 }), (texts, threshold, minWords) => {
        const settings = { jaccard: threshold, minWords }
        const clusters = clusterTexts(texts, settings)
        const firsts: string[] = []
        texts.forEach((each, at) => {
          const twin = texts.indexOf(each)
          const cluster = clusters[at] ?? -1
          const like = firsts.map((first) => isSame(first, each, settings))
          if (twin < at) assert.equal(cluster, clusters[twin], 'equal texts')
          else if (cluster < firsts.length) assert.ok(like[cluster], 'a cluster that it belongs to')
          else {
            assert.ok(!like.includes(true), 'a new one only where it belongs to none')
            assert.equal(firsts.push(each) - 1, cluster)
          }
        })
      }),
      { numRuns: 2000 },
    )
  })
})

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.split(' '))

function isSame(a: string, b: string, { jaccard, minWords }: typeof SETTINGS): boolean {
  const [left, right] = [wordsOf(a), wordsOf(b)]
  const isTelling = (word: string): boolean => word === '1' || word === 'not'
  if (Math.min(left.size, right.size) < minWords || [...left.symmetricDifference(right)].some(isTelling)) return false
  return left.intersection(right).size >= jaccard * left.union(right).size
}
