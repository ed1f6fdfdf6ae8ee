import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { Embedder } from '../../src/core/ports/embedder.ts'
import type { Limits } from '../../src/core/ports/limits.ts'

export interface EmbedderUnderTest {
  readonly embedder: Embedder
  /** Limits that end in `ms` milliseconds on the embedder's own clock. */
  limits(ms: number, signal?: AbortSignal): Limits
  close(): Promise<void>
}

const TEXTS = [
  'How do I rotate an API key without downtime?',
  '',
  'x',
  'Keys are replaced in two steps: the new one is issued, then the old one is revoked. '.repeat(6),
  'Ein Schlüssel wird in zwei Schritten ersetzt. 你好 😀',
  '\u0000 \uD800 lone surrogates and control characters',
]

/** What the port promises, against any embedder of natural language. */
export function embedderContract(name: string, open: () => Promise<EmbedderUnderTest>): void {
  describe(`embedder contract: ${name}`, () => {
    let made: EmbedderUnderTest
    let embedder: Embedder
    const limits = (): Limits => made.limits(60_000)
    before(async () => {
      made = await open()
      embedder = made.embedder
    })
    after(() => made.close())

    for (const kind of ['query', 'passage'] as const) {
      test(`gives one finite unit vector a ${kind}, in order`, async () => {
        const { vectors, tokens, cut } = await embedder.embed(TEXTS, kind, limits())
        assert.equal(vectors.length, TEXTS.length)
        assert.ok(tokens > 0)
        assert.equal(cut, 0)
        for (const vector of vectors) {
          assert.equal(vector.length, embedder.dimensions)
          assert.ok(vector.every(Number.isFinite))
          assert.ok(Math.abs(cosine(vector, vector) - 1) < 1e-3)
        }
      })
    }

    test('gives the same vector alone and among others', async () => {
      const together = await embedder.embed(TEXTS, 'passage', limits())
      for (const [i, text] of TEXTS.entries()) {
        const alone = await embedder.embed([text], 'passage', limits())
        assert.ok(cosine(at(alone.vectors, 0), at(together.vectors, i)) > 0.999, `text ${i}`)
      }
    })

    test('puts a paraphrase nearer than another subject', async () => {
      const [question, paraphrase, other] = (
        await embedder.embed(
          [
            'How can I change my password?',
            'Steps to reset the password of your account',
            'The recipe needs two eggs, flour and a little milk',
          ],
          'passage',
          limits(),
        )
      ).vectors
      assert.ok(question !== undefined && paraphrase !== undefined && other !== undefined)
      assert.ok(cosine(question, paraphrase) > cosine(question, other) + 0.2)
    })

    test('gives nothing for nothing', async () => {
      assert.deepEqual(await embedder.embed([], 'query', limits()), { vectors: [], tokens: 0, cut: 0 })
      assert.deepEqual(await embedder.countTokens([], limits()), [])
    })

    test('cuts what is longer than the model reads, counts it, and reads the beginning', async () => {
      const long = 'many words '.repeat(embedder.maxTokens)
      const { vectors, tokens, cut } = await embedder.embed([long, `${long}and an end that is not read`, 'short'], 'passage', limits())
      assert.equal(cut, 2)
      assert.ok(tokens <= 2 * embedder.maxTokens + 20)
      assert.ok(cosine(at(vectors, 0), at(vectors, 1)) > 0.999)
    })

    test('counts what it encodes', async () => {
      const counts = await embedder.countTokens(TEXTS, limits())
      const { tokens } = await embedder.embed(TEXTS, 'passage', limits())
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        tokens,
      )
      const [long] = await embedder.countTokens(['many words '.repeat(embedder.maxTokens)], limits())
      assert.ok(long !== undefined && long > 2 * embedder.maxTokens, 'counted before the cut')
    })

    test('rejects cancelled, before and in between, and goes on afterwards', async () => {
      await assert.rejects(embedder.embed(['a'], 'query', made.limits(60_000, AbortSignal.abort())), hasCode('cancelled'))
      const abort = new AbortController()
      const running = embedder.embed(
        Array.from({ length: 2000 }, (_, i) => `${i} ${TEXTS[3] ?? ''}`),
        'passage',
        made.limits(60_000, abort.signal),
      )
      setImmediate(() => abort.abort())
      await assert.rejects(running, hasCode('cancelled'))
      assert.equal((await embedder.embed(['a'], 'query', limits())).vectors.length, 1)
    })

    test('rejects deadline_exceeded, before and in between', async () => {
      await assert.rejects(embedder.embed(['a'], 'query', made.limits(-1)), hasCode('deadline_exceeded'))
      const many = Array.from({ length: 2000 }, (_, i) => `${i} ${TEXTS[3] ?? ''}`)
      await assert.rejects(embedder.embed(many, 'passage', made.limits(5)), hasCode('deadline_exceeded'))
    })

    test('names itself', () => {
      assert.match(embedder.fingerprint, /@[0-9a-f]{12}$/u)
      assert.ok(embedder.name.length > 0 && embedder.space.length > 0 && embedder.maxTokens > 0)
    })
  })
}

export function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)
}

export const hasCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof AppError && error.code === code

export function at<T>(list: readonly T[], i: number): T {
  const value = list[i]
  assert.ok(value !== undefined)
  return value
}
