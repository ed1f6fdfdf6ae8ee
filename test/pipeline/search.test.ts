import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { Plan } from '../../src/core/plan/plan.ts'
import type { Hit, IndexReader } from '../../src/core/ports/index-reader.ts'
import { createFuseStage } from '../../src/pipeline/fuse.ts'
import { createSearchStage } from '../../src/pipeline/search.ts'
import type { PipelineSettings } from '../../src/pipeline/settings.ts'
import { contextWith, hitOf, ManualClock, PLAN } from './fixture.ts'

const settings = { retrieve: { widenFactor: 2, depthMax: 16, reserveMs: 10 } } as PipelineSettings
const derived = { lexical: 'q', vector: 'q', rerank: 'q', identifiers: [] }
const VECTOR = new Float32Array([1])

type Leg = (k: number) => Promise<readonly Hit[]>
const readerOf = (lexical: Leg, vector: Leg) =>
  ({ lexical: (_q: string, k: number) => lexical(k), vector: (_v: Float32Array, k: number) => vector(k) }) as unknown as IndexReader

const hits =
  (list: readonly Hit[]): Leg =>
  (k) =>
    Promise.resolve(list.slice(0, k))
const down =
  (code: 'deadline_exceeded' | 'invalid_filter'): Leg =>
  () =>
    Promise.reject(new AppError(code, 'no'))

function search(reader: IndexReader, more: { plan?: Partial<Plan>; vector?: Float32Array | null; documents?: number } = {}) {
  const context = contextWith(new ManualClock())
  const { plan = {}, vector = VECTOR, documents = 0 } = more
  const input = { derived, vector, plan: { ...PLAN, ...plan }, reader, filter: null, within: null, documents }
  return { result: createSearchStage(settings).run(input, context), context }
}

const ids = (list: readonly Hit[]) => list.map(({ chunk }) => chunk)
const some = hits([hitOf('a', 3), hitOf('b', 2), hitOf('c', 1)])

describe('the search stage', () => {
  it('asks deeper while duplicates eat the depth, down to the deepest allowed', async () => {
    const asked: number[] = []
    const twins = Array.from({ length: 12 }, (_, i) => hitOf(`t${String(i).padStart(2, '0')}`, 20 - i, 'same'))
    const list = [...twins, hitOf('x', 3), hitOf('y', 2), hitOf('z', 1)]
    const lexical: Leg = (k) => {
      asked.push(k)
      return Promise.resolve(list.slice(0, k))
    }
    const { result } = search(readerOf(lexical, some))
    assert.equal((await result).lexical.length, 15)
    assert.deepEqual(asked, [4, 8, 16])
  })

  it('keeps what it has where only asking deeper fails, and says so', async () => {
    const twins = Array.from({ length: 4 }, (_, i) => hitOf(`t${i}`, 20 - i, 'same'))
    const tired: Leg = (k) => (k > 4 ? down('deadline_exceeded')(k) : Promise.resolve(twins))
    const { result, context } = search(readerOf(tired, some))
    assert.equal((await result).lexical.length, 4)
    const record = context.trace.records.find(({ name }) => name === 'lexical')
    assert.deepEqual([record?.status, record?.reason, context.trace.degraded], ['degraded', 'deadline_exceeded', true])
  })

  it('deepens until enough documents stand in a leg', async () => {
    const list = Array.from({ length: 10 }, (_, i) => ({ ...hitOf(`c${i}`, 10 - i), doc: hitOf(i < 7 ? 'one' : `d${i}`, 0).doc }))
    const { result } = search(readerOf(hits(list), some), { documents: 2 })
    assert.equal((await result).lexical.length, 8)
  })

  it('goes on with one leg when the other fails, and names it', async () => {
    const { result, context } = search(readerOf(down('deadline_exceeded'), some))
    assert.deepEqual(ids((await result).vector), ['a', 'b', 'c'])
    assert.ok(context.trace.degraded)
    assert.deepEqual(context.trace.records.map(({ name, status, reason }) => [name, status, reason]).sort(), [
      ['lexical', 'timeout', 'deadline_exceeded'],
      ['vector', 'ok', null],
    ])
  })

  it('skips the vector leg without a vector, and fails only when every planned leg has', async () => {
    const { result, context } = search(readerOf(some, some), { vector: null })
    assert.deepEqual([ids((await result).lexical), (await result).vector], [['a', 'b', 'c'], []])
    assert.equal(context.trace.records.find(({ name }) => name === 'vector')?.status, 'skipped')
    await assert.rejects(search(readerOf(down('deadline_exceeded'), down('deadline_exceeded'))).result, { code: 'deadline_exceeded' })
    await assert.rejects(search(readerOf(down('deadline_exceeded'), some), { plan: { vectorDepth: 0 } }).result, {
      code: 'deadline_exceeded',
    })
  })

  it('leaves out what the plan does not ask for', async () => {
    const { result, context } = search(readerOf(some, down('deadline_exceeded')), { plan: { vectorDepth: 0 } })
    assert.equal((await result).lexical.length, 3)
    assert.ok(!context.trace.degraded)
    const chitchat = search(readerOf(down('deadline_exceeded'), down('deadline_exceeded')), { plan: { retrieves: false } })
    assert.deepEqual(await chitchat.result, { lexical: [], vector: [] })
  })

  it("never hides the caller's mistake behind the other leg", async () => {
    await assert.rejects(search(readerOf(down('invalid_filter'), some)).result, { code: 'invalid_filter' })
  })
})

describe('the fuse stage', () => {
  it('gives a leg that found nothing no weight, so that scores keep their scale', () => {
    const context = contextWith(new ManualClock())
    const legs = { lexical: [hitOf('a', 3), hitOf('b', 1)], vector: [] }
    const fused = createFuseStage().run({ legs, plan: PLAN, vectorWeight: 0.5 }, context)
    assert.deepEqual(
      fused.map(({ chunk, score, evidence }) => [chunk, score, evidence.map(({ leg, rank }) => `${leg} ${rank}`)]),
      [
        ['a', 1, ['lexical 1', 'fused 1']],
        ['b', 0, ['lexical 2', 'fused 2']],
      ],
    )
  })
})
