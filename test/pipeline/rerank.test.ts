import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { Plan } from '../../src/core/plan/plan.ts'
import type { Profile } from '../../src/core/ports/model-profiles.ts'
import type { Reranker } from '../../src/core/ports/reranker.ts'
import { createRerankStage } from '../../src/pipeline/rerank.ts'
import type { PipelineSettings } from '../../src/pipeline/settings.ts'
import { candidateOf, contextWith, ManualClock, PLAN } from './fixture.ts'

const settings = { retrieve: { reserveMs: 100, rerankMsPerPair: 10 } } as PipelineSettings
const derived = { lexical: 'q', vector: 'q', rerank: 'q', identifiers: [] }

/** Scores by the length of the passage; takes `ms` a pair. */
const byLength = (clock: ManualClock, ms: number): Reranker => ({
  name: 'length',
  fingerprint: 'length@1',
  score(_query, passages) {
    clock.advance(ms * passages.length)
    return Promise.resolve(Float32Array.from(passages, (passage) => passage.length))
  },
})

/** Needs `ms` a pair and gives up at its deadline. */
const atDeadline = (clock: ManualClock, ms: () => number): Reranker => ({
  name: 'late',
  fingerprint: 'late@1',
  score(_query, passages, { deadline }) {
    const end = clock.now() + ms() * passages.length
    clock.advance(Math.min(end, deadline) - clock.now())
    return end > deadline ? Promise.reject(new AppError('deadline_exceeded', 'no')) : Promise.resolve(new Float32Array(passages.length))
  },
})

const failing = (code: 'deadline_exceeded' | 'model_unavailable'): Reranker => ({
  name: 'failing',
  fingerprint: 'failing@1',
  score: () => Promise.reject(new AppError(code, 'no')),
})

function profileWith(reranker: Reranker | null, rerankWeight = 0.5, rerankMargin = 0.1): Profile {
  return { reranker, settings: { rerankWeight, rerankMargin } } as Profile
}

// The reranker likes 'ccc' most, then 'bb', then 'a': min-max 1, .5, 0.
const candidates = [candidateOf('a', 1), candidateOf('bb', 0.95), candidateOf('ccc', 0.2)]

async function run(profile: Profile, plan: Partial<Plan> = {}, clock = new ManualClock(), deadline = 1000) {
  const context = contextWith(clock, deadline)
  const stage = createRerankStage(settings)
  const { candidates: ranked, pairs } = await stage.run({ derived, candidates, plan: { ...PLAN, ...plan }, profile }, context)
  return {
    order: ranked.map(({ chunk }) => chunk),
    scores: ranked.map(({ score }) => Number(score.toFixed(4))),
    pairs,
    record: context.trace.records[0],
  }
}

describe('the rerank stage', () => {
  it('mixes the min-max of the cross-encoder into the fused score', async () => {
    const { order, scores, pairs } = await run(profileWith(byLength(new ManualClock(), 0)))
    // a: .5 * 1 + .5 * 0; bb: .5 * .95 + .5 * .5; ccc: .5 * .2 + .5 * 1
    assert.deepEqual(order, ['bb', 'ccc', 'a'])
    assert.deepEqual(scores, [0.725, 0.6, 0.5])
    assert.equal(pairs, 3)
  })

  it('keeps candidates beyond its depth below by weight, and in order', async () => {
    const { order, scores, pairs } = await run(profileWith(byLength(new ManualClock(), 0)), { rerankDepth: 2 })
    // a: .5, bb: .475 + .5, ccc: (1 - .5) * .2
    assert.deepEqual([order, scores, pairs], [['bb', 'a', 'ccc'], [0.975, 0.5, 0.1], 2])
  })

  it('is not planned where auto sees a clear order, unless the intent is critical', async () => {
    const clear = profileWith(byLength(new ManualClock(), 0), 0.5, 0.01)
    assert.equal((await run(clear)).record?.status, 'not_planned')
    assert.equal((await run(clear, { critical: true })).record?.status, 'ok')
    assert.equal((await run(clear, { rerank: 'always' })).record?.status, 'ok')
    assert.equal((await run(profileWith(byLength(new ManualClock(), 0)), { rerank: 'never' })).record?.status, 'not_planned')
    assert.equal((await run(profileWith(null), { rerank: 'always' })).record?.status, 'not_planned')
  })

  it('goes only as deep as the time that is left allows, and says so', async () => {
    const { pairs, record } = await run(profileWith(byLength(new ManualClock(), 0)), { rerank: 'always' }, new ManualClock(), 30)
    assert.deepEqual([pairs, record?.status, record?.reason], [2, 'degraded', 'depth_2_of_3'])
    const late = await run(profileWith(byLength(new ManualClock(), 0)), { rerank: 'always' }, new ManualClock(), 20)
    assert.deepEqual([late.order, late.record?.status, late.record?.reason], [['a', 'bb', 'ccc'], 'skipped', 'no_time_left'])
  })

  it('learns what a pair takes', async () => {
    const clock = new ManualClock()
    const stage = createRerankStage(settings)
    const profile = profileWith(byLength(clock, 200))
    const plan = { ...PLAN, rerank: 'always' } as const
    await stage.run({ derived, candidates, plan, profile }, contextWith(clock, 10_000))
    // 10 + .3 * (200 - 10) = 67 ms a pair: 2 pairs fit into 240 - 100 ms, where 3 fitted before
    const context = contextWith(clock, clock.now() + 240)
    await stage.run({ derived, candidates, plan, profile }, context)
    assert.equal(context.trace.records[0]?.reason, 'depth_2_of_3')
  })

  it('finds the depth that fits, whatever a pair takes, and comes back when the model is faster again', async () => {
    const clock = new ManualClock()
    let ms = 60
    const profile = profileWith(atDeadline(clock, () => ms))
    const many = Array.from({ length: 32 }, (_, i) => candidateOf(`c${i}`, 1 - i / 100))
    const stage = createRerankStage(settings)
    const ask = async () => {
      const context = contextWith(clock, clock.now() + 1000)
      const { pairs } = await stage.run({ derived, candidates: many, plan: { ...PLAN, rerank: 'always' }, profile }, context)
      return pairs
    }
    const settled = async (requests: number) => {
      for (let asked = 0; asked < requests; asked += 1) await ask()
      return ask()
    }
    // 900 ms are left without the reserve: 15 pairs of 60 ms.
    const slow = await settled(20)
    assert.ok(slow > 0 && slow <= 15, `${slow} pairs`)
    ms = 2000
    assert.equal(await settled(5), 0)
    ms = 5
    assert.equal(await settled(60), 32)
  })

  it('learns nothing from a model that fails at once', async () => {
    const clock = new ManualClock()
    const stage = createRerankStage(settings)
    const plan = { ...PLAN, rerank: 'always' } as const
    for (let asked = 0; asked < 20; asked += 1)
      await stage.run({ derived, candidates, plan, profile: profileWith(failing('model_unavailable')) }, contextWith(clock))
    const sameModel = { ...byLength(clock, 0), fingerprint: 'failing@1' }
    const { pairs } = await stage.run({ derived, candidates, plan, profile: profileWith(sameModel) }, contextWith(clock, 30))
    assert.equal(pairs, 2)
  })

  it('falls back to the fused order when the model fails or is late', async () => {
    for (const [code, status] of [
      ['deadline_exceeded', 'timeout'],
      ['model_unavailable', 'failed'],
    ] as const) {
      const { order, pairs, record } = await run(profileWith(failing(code)), { rerank: 'always' })
      assert.deepEqual([order, pairs, record?.status, record?.reason], [['a', 'bb', 'ccc'], 0, status, code])
    }
  })
})
