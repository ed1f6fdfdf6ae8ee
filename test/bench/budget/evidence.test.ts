import { test } from 'node:test'
import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { DocumentId } from '../../../src/core/ids.ts'
import type { Answer } from '../../../src/core/answer.ts'
import { locate } from '../../../bench/budget/located.ts'
import { createJudge } from '../../../bench/budget/judge.ts'
import { packedAnswer, packWhole } from '../../../bench/budget/packed.ts'
import { covered, referenceOf } from '../../../bench/budget/reference.ts'
import { findableAnswers, holdsAnswer, squadNormal } from '../../../bench/budget/squad.ts'
import { wordCounter } from './word-counter.ts'

const A = 'a.md' as DocumentId
const B = 'b.md' as DocumentId
const texts = new Map([
  [A, 'one two three. one two three. end'],
  [B, 'zero one two three.'],
])
const reference = referenceOf('one two three.', texts, wordCounter)

test('a reference knows every place of its text, in every document', () => {
  assert.deepEqual(reference.places, [
    { doc: A, start: 0 },
    { doc: A, start: 15 },
    { doc: B, start: 5 },
  ])
  assert.equal(reference.tokens, 3)
  assert.equal(reference.characters, 12)
})

test('coverage: parts add up over places, nothing counts twice, white space not at all', () => {
  assert.equal(covered(reference, []), 0)
  assert.equal(covered(reference, [{ doc: A, start: 0, end: 7 }]), 6 / 12)
  assert.equal(covered(reference, [{ doc: A, start: 0, end: 8 }]), 6 / 12)
  assert.equal(
    covered(reference, [
      { doc: A, start: 0, end: 7 },
      { doc: A, start: 15, end: 22 },
    ]),
    6 / 12,
  )
  // the first words in one place, the last in another document
  assert.equal(
    covered(reference, [
      { doc: A, start: 15, end: 22 },
      { doc: B, start: 13, end: 19 },
    ]),
    1,
  )
  assert.equal(covered(reference, [{ doc: 'c.md' as DocumentId, start: 0, end: 100 }]), 0)
})

test('coverage never falls when a piece is added and is 1 for whole documents', () => {
  const piece = fc.record({ doc: fc.constantFrom(A, B), start: fc.nat(33), length: fc.nat(20) })
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), piece, (pieces, more) => {
      const spans = [...pieces, more].map(({ doc, start, length }) => ({ doc, start, end: start + length }))
      const before = covered(reference, spans.slice(0, -1))
      const after = covered(reference, spans)
      assert.ok(before >= 0 && before <= after && after <= 1)
      assert.equal(covered(reference, [...spans, { doc: B, start: 0, end: 19 }]), 1)
    }),
  )
})

test('answers are compared as SQuAD does: no case, punctuation, articles', () => {
  assert.equal(squadNormal('The  U.S. “Army”, an A-team'), 'us “army” ateam')
  assert.deepEqual(findableAnswers(['yes']), [])
  assert.deepEqual(findableAnswers(['The']), [])
  assert.deepEqual(findableAnswers(['no', 'Norway']), ['no', 'norway'])
  assert.ok(holdsAnswer('It was\n the Treaty, of Rome.', ['paris', 'treaty of rome']))
  assert.ok(!holdsAnswer('There were 135 points', ['35']))
  assert.ok(!holdsAnswer('', ['35']))
})

test('sentences are found again whatever their spaces and quotes', () => {
  const text = 'Before. It is called a “Double Coat”, soft (and downy). After'
  const span = locate("it is called a `` double coat '' , soft ( and downy ) .", text)
  assert.ok(span !== null)
  assert.equal(text.slice(span.start, span.end), 'It is called a “Double Coat”, soft (and downy')
  assert.equal(locate('it is called a triple coat', text), null)
  assert.equal(locate('...', text), null)
})

test('baselines take whole chunks until one does not fit, though a later one would', () => {
  const chunk = (start: number, end: number, tokens: number) => ({ doc: A, start, end, tokens, twins: [] })
  const ranked = [chunk(0, 14, 3), chunk(15, 29, 9), chunk(30, 33, 1)]
  const { tokens, bodies, pieces } = packWhole(ranked, 10, texts)
  assert.deepEqual([tokens, bodies, pieces.length], [3, ['one two three.'], 1])
  assert.deepEqual(packWhole(ranked, 2, texts), { tokens: 0, bodies: [], pieces: [], text: '' })
  assert.equal(packWhole(ranked, 13, texts).tokens, 13)
})

test('another place counts where its text is identical; citation marks are no answers', () => {
  const span = { start: 0, end: 14 }
  const also = [
    { doc: A, span: { start: 15, end: 29 } },
    { doc: B, span: { start: 0, end: 14 } },
  ]
  const items = [{ doc: A, span, also, citation: '[35]' }]
  const answer = { items, context: '[35] one two three.', usage: { contextTokens: 9 } } as unknown as Answer
  const packed = packedAnswer(answer, texts)
  assert.deepEqual(packed.pieces, [
    { doc: A, ...span },
    { doc: A, start: 15, end: 29 },
  ])
  assert.equal(packed.tokens, 9)
  assert.ok(!holdsAnswer(packed.text, ['35']))
})

test('a context is judged by all evidence of its question, each by its length', () => {
  const short = referenceOf('end', texts, wordCounter)
  const judge = createJudge('spans', wordCounter)
  const query = { id: 'q', text: '', references: [reference, short], answers: [] }
  const packed = packWhole([{ doc: A, start: 30, end: 33, tokens: 1, twins: [] }], 10, texts)
  assert.deepEqual(judge(query, packed), { recall: 3 / 15, evidence: 1, tokens: 1, bodyTokens: 1, redundant: 0 })
  // a document that is a copy counts as what it is a copy of
  const copies = createJudge('spans', wordCounter, (piece) => (piece.doc === B ? [{ doc: A, start: 30, end: 33 }] : [piece]))
  assert.equal(copies(query, packWhole([{ doc: B, start: 0, end: 4, tokens: 1, twins: [] }], 10, texts)).recall, 3 / 15)
})
