import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { formatQrels, formatRun, parseQrels, parseRun } from '../../bench/trec.ts'

const identifier = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter((text) => /^\S+$/.test(text))
const score = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value))

test('a run is what it was after writing and reading', () => {
  const documents = fc.uniqueArray(fc.record({ doc: identifier, score }, { noNullPrototype: true }), {
    selector: ({ doc }) => doc,
    minLength: 1,
    maxLength: 10,
  })
  const runs = fc.uniqueArray(fc.tuple(identifier, documents), { selector: ([query]) => query, maxLength: 5 })
  fc.assert(fc.property(runs, (run) => assert.deepEqual([...parseRun(formatRun(new Map(run), 'ration'))], run)))
})

test('judgements are what they were after writing and reading', () => {
  const grades = fc.uniqueArray(fc.tuple(identifier, fc.integer({ min: -1, max: 4 })), {
    selector: ([doc]) => doc,
    minLength: 1,
    maxLength: 8,
  })
  const sets = fc.uniqueArray(fc.tuple(identifier, grades), { selector: ([query]) => query, maxLength: 5 })
  fc.assert(
    fc.property(sets, (qrels) => {
      const whole = new Map(qrels.map(([query, pairs]) => [query, new Map(pairs)]))
      assert.deepEqual(parseQrels(formatQrels(whole)), whole)
    }),
  )
})

test('a run as trec_eval reads it', () => {
  const run = new Map([
    [
      'q1',
      [
        { doc: 'd7', score: 2.5 },
        { doc: 'd1', score: 2 },
      ],
    ],
  ])
  assert.equal(formatRun(run, 'ration-hybrid'), 'q1 Q0 d7 1 2.5 ration-hybrid\nq1 Q0 d1 2 2 ration-hybrid\n')
})

test('runs of other tools: any white space, lines in any order, ranks decide', () => {
  const run = parseRun('q1\tQ0\tlow\t2\t9.5\ttag\r\n\nq1 Q0  high 1 0.5 tag\n')
  assert.deepEqual(run.get('q1'), [
    { doc: 'high', score: 0.5 },
    { doc: 'low', score: 9.5 },
  ])
})

const invalid = { code: 'invalid_dataset' }

test('what TREC files cannot say is refused with the place', () => {
  assert.throws(() => formatRun(new Map([['q 1', [{ doc: 'd', score: 1 }]]]), 'tag'), invalid)
  assert.throws(() => formatRun(new Map([['q', [{ doc: '', score: 1 }]]]), 'tag'), invalid)
  assert.throws(() => parseRun('q Q0 d 1 2 tag\nq Q0 d 1 tag'), { ...invalid, message: /line 2 has 5 columns/ })
  assert.throws(() => parseRun('q Q0 d one 2 tag'), { ...invalid, message: /"one" is not a number/ })
  assert.throws(() => parseRun('q Q0 d 1 2 tag\nq Q0 d 2 1 tag'), { ...invalid, message: /query q has a document twice/ })
  assert.throws(() => parseQrels('q 0 d'), invalid)
})
