import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SIGNATURE_BYTES, estimate, signatureOf } from '../../../src/core/near/min-hash.ts'
import { NearIndex } from '../../../src/core/near/near-index.ts'
import { jaccard, shinglesOf } from '../../../src/core/near/shingles.ts'
import { exchangedWords, statementOf } from '../../../src/core/near/statement.ts'
import { textHash } from '../../../src/core/text/normalise.ts'
import { edited, randomFrom, sentencesFrom } from './corpus.ts'

const random = randomFrom(11)
const signature = (text: string) => signatureOf(shinglesOf(text))

describe('shingles', () => {
  it('are runs of three words inside a sentence, each once', () => {
    assert.equal(shinglesOf('one two three four').length, 2)
    assert.equal(shinglesOf('one two three. four five six.').length, 2)
    assert.equal(shinglesOf('one two. one two.').length, 1)
    assert.equal(shinglesOf('same same same same same').length, 1)
    assert.equal(shinglesOf(' \n--- ').length, 0)
  })

  it('are decided by the normalised text: case, line breaks and compatibility forms change nothing', () => {
    assert.deepEqual(shinglesOf('The ﬁrst  line\nof Text'), shinglesOf('the first line of text'))
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) =>
        assert.deepEqual(shinglesOf(text), shinglesOf(`  ${text.normalize('NFKC')}\n`)),
      ),
    )
  })

  it('do not change when sentences are reordered', () => {
    const sentences = sentencesFrom(random)
    assert.deepEqual(shinglesOf(sentences.join(' ')), shinglesOf(sentences.toReversed().join(' ')))
  })

  it('make words of the characters of scripts without spaces', () => {
    assert.equal(shinglesOf('東京都の天気').length, 4)
    assert.equal(jaccard(shinglesOf('東京都の天気'), shinglesOf('東京都の人口')), 2 / 6)
  })

  it('overlap as their sets do', () => {
    assert.equal(jaccard(Uint32Array.of(1, 2, 3), Uint32Array.of(2, 3, 4)), 0.5)
    assert.equal(jaccard(Uint32Array.of(), Uint32Array.of()), 1)
    assert.equal(jaccard(Uint32Array.of(), Uint32Array.of(1)), 0)
  })
})

describe('signatures', () => {
  it('are equal for equal sets', () => {
    fc.assert(fc.property(fc.uint32Array({ maxLength: 50 }), (set) => assert.deepEqual(signatureOf(set), signatureOf(set.toReversed()))))
  })

  it('estimate the Jaccard similarity without bias, within four standard deviations', () => {
    let [bias, pairs] = [0, 0]
    for (let round = 0; round < 400; round++) {
      const text = sentencesFrom(random, 10).join(' ')
      const [a, b] = [shinglesOf(text), shinglesOf(edited(text, random() * 0.2, random))]
      const [exact, guess] = [jaccard(a, b), estimate(signatureOf(a), signatureOf(b))]
      assert.ok(Math.abs(exact - guess) <= 4 * Math.sqrt((exact * (1 - exact) + 0.01) / SIGNATURE_BYTES), `${exact} was taken for ${guess}`)
      bias += guess - exact
      pairs += 1
    }
    assert.ok(Math.abs(bias / pairs) < 0.02, `bias ${bias / pairs}`)
  })
})

describe('statements', () => {
  const same = (a: string, b: string) => assert.equal(statementOf(a), statementOf(b))
  const other = (a: string, b: string) => assert.notEqual(statementOf(a), statementOf(b))

  it('differ in numbers, negations, names, opposites, identifiers and comparisons', () => {
    other('The limit is 10 rows.', 'The limit is 20 rows.')
    other('The limit is 1.5 rows.', 'The limit is 1.6 rows.')
    other('It is stored.', 'It is not stored.')
    other('Data is kept in Redis here.', 'Data is kept in Postgres here.')
    other('The flag is enabled at first.', 'The flag is disabled at first.')
    other('Call max_rows to see.', 'Call min_rows to see.')
    other('Call maxRows to see.', 'Call minRows to see.')
    other('while (a < b) go', 'while (a > b) go')
    other('It may be -5 degrees', 'It may be 5 degrees')
    other('At least 5 and at most 10.', 'At least 10 and at most 5.')
    other('Das ist erlaubt.', 'Das ist nicht erlaubt.')
  })

  it('do not differ in other words, in capitals that begin sentences, or in the order of sentences', () => {
    same('Then we look at the 3 rows.', 'After that, somebody sees the 3 rows.'.replace('After', 'Then'))
    same('Keep 4 of them. Drop 5 of them.', 'Drop 5 of them. Keep 4 of them.')
    same('the house is big. it stands there', 'The house is big. It stands there')
  })

  it('name the words that each text repeats and the other lacks', () => {
    const page = (thing: string) => `To delete a ${thing}, open the ${thing} and press delete.`
    assert.deepEqual(exchangedWords(page('user'), page('group')), ['group', 'user'])
    assert.deepEqual(exchangedWords('a quick word is here', 'a fast word is here'), [])
    assert.deepEqual(exchangedWords('a word is here', 'a word is here. more of it, and more'), [])
  })
})

describe('the index of texts', () => {
  const add = (index: NearIndex, text: string) => index.add(textHash(text), signature(text), null)
  const suspects = (index: NearIndex, text: string) => index.suspects(signature(text)).map((suspect) => suspect.textHash)

  it('finds what is nearly the same, and not what is not', () => {
    const index = new NearIndex(10_000)
    const texts = Array.from({ length: 3000 }, () => sentencesFrom(random, 8).join(' '))
    for (const text of texts) add(index, text)
    let [wanted, found, wrong] = [0, 0, 0]
    for (const text of texts.slice(0, 600)) {
      const copy = edited(text, random() * 0.05, random)
      const suspected = suspects(index, copy)
      wrong += suspected.filter((hash) => hash !== textHash(text)).length
      if (jaccard(shinglesOf(copy), shinglesOf(text)) < 0.8) continue
      wanted += 1
      if (suspected.includes(textHash(text))) found += 1
    }
    assert.ok(wanted > 200 && found / wanted >= 0.97, `${found} of ${wanted}`)
    assert.equal(wrong, 0)
  })

  it('counts rows: a text is forgotten with its last one, whatever the order of adding and removing', () => {
    const texts = Array.from({ length: 40 }, () => sentencesFrom(random, 3).join(' '))
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(39), fc.boolean()), { maxLength: 300 }), (steps) => {
        const index = new NearIndex(1000)
        const rows = new Map<string, number>()
        for (const [at, adds] of steps) {
          const text = texts[at] ?? ''
          const before = rows.get(text) ?? 0
          if (adds) add(index, text)
          else index.remove(textHash(text))
          rows.set(text, Math.max(0, before + (adds ? 1 : -1)))
        }
        for (const text of texts) {
          const stands = (rows.get(text) ?? 0) > 0
          assert.equal(index.has(textHash(text)), stands)
          assert.equal(suspects(index, text).includes(textHash(text)), stands)
        }
        assert.equal(index.size, [...rows.values()].filter((count) => count > 0).length)
      }),
      { numRuns: 60 },
    )
  })

  it('finds what is left of a family of thousands, whichever of them are gone', () => {
    const index = new NearIndex(10_000)
    const own = signature('all of this family are nearly the same text, and one of them stays when the others are gone')
    const hashes = Array.from({ length: 4000 }, (_, at) => textHash(`member ${at}`))
    const fill = () => hashes.forEach((hash) => index.add(hash, own, null))
    const left = () => index.suspects(own).map((suspect) => suspect.textHash)
    for (const kept of [0, 1999, 3999]) {
      fill()
      for (const hash of hashes) if (hash !== hashes[kept]) index.remove(hash)
      assert.deepEqual(left(), [hashes[kept]])
      assert.equal(index.size, 1)
      index.remove(hashes[kept] ?? '')
      assert.deepEqual(left(), [])
    }
    fill()
    assert.equal(index.size, 4000)
    assert.ok(index.bytes <= 8192 * 108, 'places are used again')
  })

  it('compares with founders while they stand, and with members when the founder is gone', () => {
    const index = new NearIndex(100)
    const founder = sentencesFrom(random, 12).join(' ')
    const member = edited(founder, 0.01, random)
    assert.notEqual(member, founder)
    add(index, founder)
    index.add(textHash(member), signature(member), { founder: textHash(founder), group: 'g' })
    assert.deepEqual(suspects(index, member), [textHash(founder)])
    assert.deepEqual(index.joined(textHash(member)), { founder: textHash(founder), group: 'g' })
    index.remove(textHash(founder))
    assert.deepEqual(index.suspects(signature(member)), [
      { textHash: textHash(member), group: { founder: textHash(founder), group: 'g' }, estimate: 1 },
    ])
  })

  it('takes no text beyond its limit, and again when there is room', () => {
    const index = new NearIndex(2)
    assert.deepEqual(
      ['a b c', 'd e f', 'g h i', 'a b c'].map((text) => add(index, text)),
      [true, true, false, true],
    )
    index.remove(textHash('d e f'))
    assert.equal(add(index, 'g h i'), true)
    assert.equal(index.size, 2)
  })

  it('needs 108 bytes a text where it is full', () => {
    const index = new NearIndex(10_000)
    for (let at = 0; at < 2048; at++) add(index, `text number ${at}`)
    assert.equal(index.bytes / index.size, 108)
  })
})
