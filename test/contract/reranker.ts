import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { Reranker } from '../../src/core/ports/reranker.ts'
import { hasCode } from './embedder.ts'

export interface RerankerUnderTest {
  readonly reranker: Reranker
  limits(ms: number, signal?: AbortSignal): Limits
  close(): Promise<void>
}

const QUERY = 'does vitamin D reduce the risk of fractures?'
const PASSAGES = [
  'The stock exchange closed early on Friday.',
  'Vitamin D supplements lowered the rate of hip fractures in older adults.',
  '',
  'long '.repeat(3000),
]

/** What the port promises, against any reranker. */
export function rerankerContract(name: string, open: () => Promise<RerankerUnderTest>): void {
  describe(`reranker contract: ${name}`, () => {
    let made: RerankerUnderTest
    const limits = (): Limits => made.limits(60_000)
    before(async () => (made = await open()))
    after(() => made.close())

    test('gives one finite score a passage, in order, higher for the better one', async () => {
      const scores = await made.reranker.score(QUERY, PASSAGES, limits())
      assert.equal(scores.length, PASSAGES.length)
      assert.ok(scores.every(Number.isFinite))
      const [other, answer] = scores
      assert.ok(other !== undefined && answer !== undefined && answer > other)
    })

    test('does not depend on the order of the passages', async () => {
      const forward = await made.reranker.score(QUERY, PASSAGES, limits())
      const backward = await made.reranker.score(QUERY, PASSAGES.toReversed(), limits())
      assert.deepEqual([...backward].toReversed(), [...forward])
    })

    test('takes no passages, an empty query and a query longer than the model reads', async () => {
      assert.equal((await made.reranker.score(QUERY, [], limits())).length, 0)
      assert.equal((await made.reranker.score('', ['a'], limits())).length, 1)
      const long = await made.reranker.score('why '.repeat(5000), PASSAGES, limits())
      assert.ok(long.every(Number.isFinite))
    })

    test('delivers nothing after a cancellation or a deadline', async () => {
      await assert.rejects(made.reranker.score(QUERY, PASSAGES, made.limits(60_000, AbortSignal.abort())), hasCode('cancelled'))
      await assert.rejects(made.reranker.score(QUERY, PASSAGES, made.limits(-1)), hasCode('deadline_exceeded'))
      const many = Array.from({ length: 1000 }, (_, i) => `${i} ${'words '.repeat(200)}`)
      await assert.rejects(made.reranker.score(QUERY, many, made.limits(20)), hasCode('deadline_exceeded'))
      const abort = new AbortController()
      const running = made.reranker.score(QUERY, many, made.limits(60_000, abort.signal))
      setImmediate(() => abort.abort())
      await assert.rejects(running, hasCode('cancelled'))
      assert.equal((await made.reranker.score(QUERY, ['a'], limits())).length, 1)
    })

    test('names itself', () => {
      assert.match(made.reranker.fingerprint, /@[0-9a-f]{12}$/u)
    })
  })
}
