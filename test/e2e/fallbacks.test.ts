import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LightMyRequestResponse } from 'fastify'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { Profile } from '../../src/core/ports/model-profiles.ts'
import type { WireAnswer } from '../../src/http/wire/answer.ts'
import { DOCS, REQUEST, TENANT, call, limits, openFilled, post, retrieverWith, statusOf } from './changed-parts.ts'
import { openComposed } from './composed.ts'
import { ask, type Problem } from './ration.ts'

/** What is promised for the day when a part fails, over the composed service. */

test('without an encoder full text answers alone, and says so', async (t) => {
  const opened = await openFilled(t)
  const dead = () => Promise.reject(new AppError('model_unavailable', 'The worker has ended'))
  const retriever = retrieverWith(opened, {
    profile: (profile) => ({
      ...profile,
      queries: {
        ...profile.queries,
        embed: dead,
        fingerprint: profile.queries.fingerprint,
        space: profile.queries.space,
        dimensions: profile.queries.dimensions,
      },
    }),
  })
  const answer = await retriever.retrieve({ ...REQUEST, mode: 'quick' }, call())
  assert.deepEqual([answer.outcome, answer.degraded], ['ok', true])
  assert.deepEqual(
    [statusOf(answer, 'encode'), statusOf(answer, 'vector'), statusOf(answer, 'lexical')],
    ['failed model_unavailable', 'skipped no_query_vector', 'ok null'],
  )
})

test('a reranker that fails or takes too long leaves the fused order, and says so', async (t) => {
  const opened = await openFilled(t)
  const withScore = (score: NonNullable<Profile['reranker']>['score']) =>
    retrieverWith(opened, {
      profile: (profile) => ({
        ...profile,
        reranker: profile.reranker && { name: profile.reranker.name, fingerprint: profile.reranker.fingerprint, score },
      }),
    })
  const fused = await retrieverWith(opened, {}).retrieve({ ...REQUEST, mode: 'quick' }, call())
  assert.equal(fused.degraded, false)
  for (const [code, status] of [
    ['deadline_exceeded', 'timeout'],
    ['model_unavailable', 'failed'],
    ['too_busy', 'failed'],
  ] as const) {
    const answer = await withScore(() => Promise.reject(new AppError(code, code))).retrieve(REQUEST, call())
    assert.deepEqual(
      [answer.degraded, statusOf(answer, 'rerank'), answer.usage.rerankPairs, answer.receipt.reranker],
      [true, `${status} ${code}`, 0, null],
    )
    assert.deepEqual(
      answer.items.map(({ id }) => id),
      fused.items.map(({ id }) => id),
    )
  }
  await assert.rejects(withScore(() => Promise.reject(new Error('a bug'))).retrieve(REQUEST, call()), { message: 'a bug' })
})

test('no time for reranking is said; no time at all is an error', async (t) => {
  const { app } = await openFilled(t, { 'retrieve.rerank_ms_per_pair': 10_000 })
  const slow = (await post(app, '/v1/retrieve', ask({ mode: 'thorough', deadline_ms: 15_000 }))).json<WireAnswer>()
  assert.deepEqual([slow.outcome, slow.degraded, statusOf(slow, 'rerank')], ['ok', true, 'skipped no_time_left'])
  for (const deadline of [1, 2, 50, 101, 105, 120, 150, 200]) {
    const response = await post(app, '/v1/retrieve', ask({ mode: 'thorough', deadline_ms: deadline }))
    if (response.statusCode === 200) {
      const { degraded, stages, usage } = response.json<WireAnswer>()
      assert.ok(degraded && stages.some(({ status }) => status !== 'ok' && status !== 'not_planned') && usage.context_tokens <= 400)
    } else assert.equal(response.json<Problem>().code, 'deadline_exceeded')
  }
})

test('missing weights are model_unavailable, with what to do', async (t) => {
  const { app, directory } = await openComposed(t)
  const empty = join(directory, 'no-weights')
  await mkdir(empty)
  const bare = await openComposed(t, { 'models.directory': empty })
  const refused = await post(bare.app, '/v1/indexes', { name: DOCS })
  assert.deepEqual([refused.statusCode, refused.json<Problem>().code], [503, 'model_unavailable'])
  assert.ok(refused.json<Problem>().detail.includes(empty), refused.json<Problem>().detail)
  assert.equal((await bare.app.inject('/readyz')).statusCode, 503)
  assert.equal((await bare.app.inject('/livez')).statusCode, 200)
  assert.equal((await app.inject('/livez')).statusCode, 200)
})

test('an index of another embedder is refused for reading and writing, with what to do', async (t) => {
  const { app, service } = await openComposed(t)
  const declaration = { name: DOCS, profile: 'fast', language: 'English', encodings: [], fields: {}, unit: 'chunk' } as const
  await service.engine.indexes.create(TENANT, declaration, { name: 'old', fingerprint: 'old@1', space: 'old', dimensions: 384 }, limits())
  for (const response of [
    await post(app, '/v1/retrieve', ask()),
    await post(app, '/v1/documents', { index: DOCS, documents: [{ id: 'a', content: 'x' }], wait: true }),
  ]) {
    const { code, detail } = response.json<Problem>()
    assert.deepEqual([response.statusCode, code], [409, 'fingerprint_mismatch'])
    assert.ok(detail.includes('old@1') && /create (?:a new|another) index/.test(detail), detail)
  }
})

test('a control database that does not answer costs usage, not answers', async (t) => {
  const gone = () => Promise.reject(new AppError('state_unavailable', 'The control database does not answer'))
  const usage = { lost: 0, record: () => undefined, flush: gone, sum: gone, diff: gone }
  const { app } = await openFilled(t, {}, { usage })
  assert.equal((await post(app, '/v1/retrieve', ask())).json<WireAnswer>().outcome, 'ok')
  assert.equal((await app.inject('/v1/usage')).json<Problem>().code, 'state_unavailable')
})

test('deleting an index while it is read and written, and making it again, breaks nobody', async (t) => {
  const { app } = await openFilled(t)
  const codes = new Set<string>()
  const note = async (sent: Promise<LightMyRequestResponse>) => {
    const response = await sent
    codes.add(response.statusCode < 300 ? 'ok' : response.json<Problem>().code)
  }
  for (let round = 0; round < 5; round++) {
    const documents = Array.from({ length: 20 }, (_, i) => ({ id: `r${round}-${i}`, content: `Text ${i} of round ${round}.` }))
    await Promise.all([
      ...Array.from({ length: 5 }, () => note(post(app, '/v1/retrieve', ask()))),
      note(post(app, '/v1/documents', { index: DOCS, documents, wait: true })),
      note(app.inject({ method: 'DELETE', url: '/v1/indexes/docs' })),
      note(post(app, '/v1/indexes', { name: DOCS })),
      note(post(app, '/v1/indexes/docs/verify', {})),
      note(post(app, '/v1/retrieve', ask())),
    ])
  }
  assert.deepEqual(
    [...codes].filter((code) => code !== 'ok' && code !== 'index_not_found'),
    [],
  )
  await post(app, '/v1/indexes', { name: DOCS })
  const again = await post(app, '/v1/documents', {
    index: DOCS,
    documents: [{ id: 'a' as DocumentId, content: 'Rotate a key.' }],
    wait: true,
  })
  assert.equal(again.statusCode, 200)
  assert.equal((await post(app, '/v1/indexes/docs/verify', {})).json<{ ok: boolean }>().ok, true)
})
