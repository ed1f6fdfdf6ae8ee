import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChunkId, DocumentId, IndexName } from '../../../src/core/ids.ts'
import type { SessionTurn } from '../../../src/core/ports/session-store.ts'
import type { RetrieveRequest } from '../../../src/core/request.ts'
import { tokensLeft } from '../../../src/core/session/budget.ts'
import { outcomeInSession } from '../../../src/core/session/outcome.ts'
import { requestHash } from '../../../src/core/session/request-hash.ts'
import { sentRanges, sentTexts } from '../../../src/core/session/sent.ts'

const units = (count: number) => Array.from({ length: count }, (_, unit) => ({ start: unit, end: unit + 1 }))
const chunk = (textHash: string, count = 10) => ({ textHash, sentences: units(count) })
const turn = (...sent: readonly (readonly [textHash: string, from: number, to: number])[]): SessionTurn => ({
  query: 'q',
  searched: 'q',
  tokens: 1,
  sent: sent.map(([textHash, from, to]) => ({ doc: 'd' as DocumentId, chunk: 'c' as ChunkId, textHash, from, to })),
})

test('what was sent is known by its text, whatever document or chunk it stands in', () => {
  const sent = sentTexts([turn(['a', 0, 2]), turn(['b', 1, 3])])
  assert.deepEqual(sentRanges(sent, chunk('a')), [{ from: 0, to: 2 }])
  assert.deepEqual(sentRanges(sent, chunk('b')), [{ from: 1, to: 3 }])
  assert.deepEqual(sentRanges(sent, chunk('a, edited')), [], 'a changed text was not sent')
})

test('ranges of several turns are merged; those that touch become one', () => {
  const sent = sentTexts([turn(['a', 4, 6], ['a', 0, 1]), turn(['a', 5, 7]), turn(['a', 1, 2])])
  assert.deepEqual(sentRanges(sent, chunk('a')), [
    { from: 0, to: 2 },
    { from: 4, to: 7 },
  ])
})

test('a text that is now split into fewer units has no ranges beyond its end', () => {
  const sent = sentTexts([turn(['a', 0, 3], ['a', 5, 9])])
  assert.deepEqual(sentRanges(sent, chunk('a', 2)), [{ from: 0, to: 2 }])
})

test('ranges hold exactly the units that were sent, sorted, apart', () => {
  const range = fc.tuple(fc.nat(11), fc.nat(11)).map(([a, b]) => ['a', Math.min(a, b), Math.max(a, b)] as const)
  fc.assert(
    fc.property(fc.array(fc.array(range)), fc.nat(12), (turns, count) => {
      const expected = units(count).map((_, unit) => turns.flat().some(([, from, to]) => from <= unit && unit < to))
      const ranges = sentRanges(sentTexts(turns.map((sent) => turn(...sent))), chunk('a', count))
      assert.deepEqual(
        units(count).map((_, unit) => ranges.some(({ from, to }) => from <= unit && unit < to)),
        expected,
      )
      for (const [at, { from, to }] of ranges.entries()) {
        assert.ok(from < to && to <= count)
        assert.ok(at === 0 || (ranges[at - 1]?.to ?? 0) < from)
      }
    }),
  )
})

test('tokens left never fall below 0', () => {
  assert.equal(tokensLeft({ tokensLimit: null, tokensUsed: 10 }), null)
  assert.equal(tokensLeft({ tokensLimit: 30, tokensUsed: 10 }), 20)
  assert.equal(tokensLeft({ tokensLimit: 30, tokensUsed: 40 }), 0)
})

test('an empty context is no news where relevant passages were sent before, or where only news was asked for', () => {
  const outcome = (alreadySent: number, refresh: boolean) => outcomeInSession('no_relevant_context', { alreadySent, refresh })
  assert.equal(outcome(0, false), 'no_relevant_context')
  assert.equal(outcome(1, false), 'no_new_context')
  assert.equal(outcome(0, true), 'no_new_context')
  for (const other of ['ok', 'budget_too_small'] as const) {
    assert.equal(outcomeInSession(other, { alreadySent: 3, refresh: true }), other)
  }
})

test('requests are the same whatever their deadline and the order of their keys, and differ by anything else', () => {
  const request: RetrieveRequest = {
    query: 'q',
    index: 'docs' as IndexName,
    budget: { tokens: 400, auto: false, tokenizer: 'o200k_base', maxItems: null, perDocument: null, perSource: null },
    filter: null,
    require: [],
    intent: null,
    mode: 'auto',
    deadlineMs: 1000,
    feature: null,
    session: { name: 's', tokens: null, repeat: false, refresh: false },
    render: 'markdown',
    excerpts: null,
    notice: false,
    explain: false,
  }
  const hash = requestHash(request)
  const { query, ...rest } = request
  assert.equal(requestHash({ ...rest, deadlineMs: 7, query }), hash)
  const changes: Partial<RetrieveRequest>[] = [
    { query: 'r' },
    { budget: { ...request.budget, tokens: 401 } },
    { session: { name: 's', tokens: null, repeat: true, refresh: false } },
    { filter: { op: 'exists', field: 'a' } },
  ]
  for (const change of changes) assert.notEqual(requestHash({ ...request, ...change }), hash)
})
