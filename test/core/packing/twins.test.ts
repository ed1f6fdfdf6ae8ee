import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { select } from '../../../src/core/packing/select.ts'
import { findTwins } from '../../../src/core/packing/twins.ts'
import { passage, RULES, unit } from './instances.ts'

/** A chunk of which 80 of 90 tokens stand in clusters 0 and 1, and whose end is its own. */
const chunk = (name: string, end: string, cluster: number, more = {}) =>
  passage(name, [unit(40, 0.9, 0, [], 'One of 4.'), unit(40, 0.8, 1), unit(10, 0.9, cluster, [], end)], more)

describe('twins', () => {
  it('have the same to say beside a few other words', () => {
    assert.deepEqual(findTwins([chunk('a', 'Thanks for reading this.', 2), chunk('b', 'So long, friends.', 3)]), [[1], [0]])
    assert.deepEqual(findTwins([chunk('a', 'It takes 5 days.', 2), chunk('b', 'In all it takes 5 days.', 3)]), [[1], [0]])
  })

  it('are not two texts of which a short sentence states another number, or of which one denies it', () => {
    assert.deepEqual(findTwins([chunk('a', 'It takes 5 days.', 2), chunk('b', 'It takes 7 days.', 3)]), [[], []])
    assert.deepEqual(findTwins([chunk('a', 'Sundays count.', 2), chunk('b', 'Sundays do not count.', 3)]), [[], []])
    assert.deepEqual(findTwins([chunk('a', 'Sundays count.', 2), chunk('b', 'It takes 7 days.', 3)]), [[], []])
  })

  it('so the sentence with another number is packed, and nothing twice', () => {
    const variants = [{ kind: 'sentences', from: 2, to: 3, tokens: 10 }, ...chunk('b', '', 3).variants] as const
    const b = chunk('b', 'It takes 7 days.', 3, { rank: 2, variants })
    const { chosen, refused } = select([chunk('a', 'It takes 5 days.', 2), b], { ...RULES, tokens: 1000, repeatedShare: 0 })
    const packed = chosen.map((each) => [each.passage.chunk, each.variant.tokens]).sort()
    assert.deepEqual(packed, [
      ['a', 90],
      ['b', 10],
    ])
    assert.deepEqual(refused, [])
  })
})
