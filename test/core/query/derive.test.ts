import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { deriveQuery } from '../../../src/core/query/derive.ts'
import { MESSY_QUERIES } from './messy-queries.ts'

const BOUNDS = { lexicalTerms: 64, lexicalCharacters: 1000, vectorCharacters: 1000 }
const SMALL = { lexicalTerms: 8, lexicalCharacters: 100, vectorCharacters: 100 }

/** Text as it is pasted: words, marks, JSON, logs, frames, broken Unicode, long runs. */
const piece = fc.oneof(
  fc.lorem({ maxCount: 12 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.json(),
  fc.constantFrom(
    '\ud83d',
    '😀😀',
    '中文没有空格',
    'FST_ERR_42',
    '2026-01-01T00:00:00Z ERROR x',
    '    at f (/a.js:1:2)',
    'why?',
    'TypeError: no',
    '\n',
    '-----',
  ),
  fc.nat(300).map((n) => 'aB1'.repeat(n)),
)
const pasted = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(' '))
const bounds = fc.record({
  lexicalTerms: fc.integer({ min: 4, max: 256 }),
  lexicalCharacters: fc.integer({ min: 100, max: 10_000 }),
  vectorCharacters: fc.integer({ min: 100, max: 10_000 }),
})

describe('what holds for every query', () => {
  test('bounds are kept, Unicode is well formed, white space is single', () => {
    fc.assert(
      fc.property(pasted, bounds, (query, limits) => {
        const { lexical, vector, rerank, identifiers } = deriveQuery(query, limits)
        assert.ok(lexical.length <= limits.lexicalCharacters && vector.length <= limits.vectorCharacters)
        assert.ok(rerank.length <= Math.max(limits.vectorCharacters * 0.6, 0))
        for (const text of [lexical, vector, rerank, ...identifiers]) {
          assert.ok(text.isWellFormed())
          assert.doesNotMatch(text, /\s{2}|^\s|\s$/)
        }
      }),
    )
  })

  test('time grows with the length alone: a quadratic step would take an hour here', () => {
    const run = (mark: string) => mark.repeat(500_000)
    for (const query of [`${run('.')}x`, `{"a": ${run('!')}x}`, `a${run('’')}x`, `${run('“')}x`, run('? '), `${run('a.')}:`, run('{"')])
      assert.ok(deriveQuery(query, BOUNDS).vector.length <= BOUNDS.vectorCharacters)
  })

  test('as many terms as allowed at most', () => {
    fc.assert(
      fc.property(pasted, bounds, (query, limits) => {
        const { lexical } = deriveQuery(query, limits)
        assert.ok(lexical.split(' ').length <= limits.lexicalTerms)
      }),
    )
  })

  test('something is searched whenever something was asked', () => {
    fc.assert(
      fc.property(pasted, (query) => {
        const { lexical, vector, rerank } = deriveQuery(query, BOUNDS)
        const isEmpty = query.toWellFormed().trim() === ''
        for (const text of [lexical, vector, rerank]) assert.equal(text === '', isEmpty)
      }),
    )
  })

  test('a question of a few words is searched as it stands', () => {
    const word = fc.stringMatching(/^[A-Za-zÀ-ÿ0-9_.'-]{1,12}$/).filter((text) => /^[A-Za-zÀ-ÿ]/.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.constantFrom(' ', '  ', '\t', '\n'), (words, gap) => {
        const asked = `how ${words.join(' ')}?`
        const { lexical, vector, rerank } = deriveQuery(` how${gap}${words.join(gap === '\n' ? ' ' : gap)}? `, BOUNDS)
        assert.deepEqual([lexical, vector, rerank], [asked, asked, asked])
      }),
    )
  })

  test('identifiers stand whole in the lexical query while they fit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('FST_ERR_42', 'parse_header', 'v1.2.3', 'INV-2031-44', '--dry-run'), { minLength: 1, maxLength: 5 }),
        pasted,
        (names, noise) => {
          const { lexical, identifiers } = deriveQuery(`Why ${names.join(' and ')}?\n${noise}`, BOUNDS)
          for (const name of names) {
            assert.ok(identifiers.includes(name))
            assert.ok(lexical.includes(name))
          }
        },
      ),
    )
  })
})

describe('messy queries', () => {
  for (const { query, identifiers, keeps, asks, drops } of MESSY_QUERIES) {
    test(JSON.stringify(query.slice(0, 60)), () => {
      const derived = deriveQuery(query, BOUNDS)
      const found = identifiers ?? []
      assert.deepEqual(
        found.filter((name) => !derived.identifiers.includes(name)),
        [],
        JSON.stringify(derived),
      )
      if (identifiers?.length === 0) assert.deepEqual(derived.identifiers, [])
      const terms = derived.lexical.toLowerCase()
      for (const word of [...found, ...(keeps ?? [])]) assert.ok(terms.includes(word.toLowerCase()), `${word} in ${derived.lexical}`)
      assert.ok(derived.vector.startsWith(asks ?? ''), derived.vector)
      for (const text of [derived.lexical, derived.vector, derived.rerank]) {
        for (const noise of drops ?? []) assert.ok(!text.includes(noise), `${noise} in ${text}`)
      }
    })
  }
})

describe('bounds', () => {
  const long =
    'Retention is a setting. The cluster stores compressed snapshots. What deletes old snapshots? Finally incomprehensibilities matter.'

  test('of a question over the bound, what is asked comes first and the longest words fill up', () => {
    const { lexical, vector, rerank } = deriveQuery(long, SMALL)
    assert.equal(lexical, 'deletes old snapshots incomprehensibilities compressed Retention setting cluster')
    assert.equal(vector, 'What deletes old snapshots? Retention is a setting. The cluster stores compressed snapshots. Finally')
    assert.equal(rerank, 'What deletes old snapshots? Retention is a setting. The')
  })

  test('a query of exactly the bound is left alone; one more character is not', () => {
    const exact = `${'abcdefghi '.repeat(7)}abcdefghi ${'x'.repeat(20)}`
    const limits = { ...SMALL, lexicalTerms: 9 }
    assert.equal(exact.length, 100)
    assert.equal(deriveQuery(exact, limits).vector, exact)
    assert.notEqual(deriveQuery(`${exact}x`, limits).vector, `${exact}x`)
  })

  test('at most 32 identifiers', () => {
    const names = Array.from({ length: 40 }, (_, i) => `name_${i}`)
    assert.deepEqual(deriveQuery(names.join(' '), BOUNDS).identifiers, names.slice(0, 32))
  })

  test('a pair of surrogates is never cut', () => {
    for (let pad = 0; pad < 4; pad++) assert.ok(deriveQuery('x'.repeat(pad) + '😀'.repeat(2000), BOUNDS).vector.isWellFormed())
  })
})

test('grows in proportion to the query, whatever it is made of', () => {
  const units = [
    '(',
    'at (',
    'error',
    'a.',
    'a. ',
    '{"',
    '`a',
    'a_',
    '<a ',
    '1.',
    'w=',
    'Aa',
    '\u001b[1',
    ')x ',
    '? ',
    ' ',
    '\n',
    'a@',
    '\\',
    '"a" : ',
  ]
  for (const unit of units) {
    const query = unit.repeat(Math.ceil(100_000 / unit.length))
    assert.ok(deriveQuery(query, BOUNDS).vector.length <= 1000)
    assert.ok(deriveQuery(`${unit.repeat(90)} `.repeat(1000).slice(0, 100_000), BOUNDS).vector.length <= 1000)
  }
})
