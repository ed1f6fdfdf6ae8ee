import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EvidenceModel } from '../../src/core/evidence/model.ts'
import { evidenceProbability } from '../../src/core/evidence/model.ts'
import type { ChunkId } from '../../src/core/ids.ts'
import type { Profile } from '../../src/core/ports/model-profiles.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import { createSentencesStage } from '../../src/pipeline/sentences.ts'
import { candidateOf, contextWith, ManualClock } from './fixture.ts'

const hybrid = { intercept: -4, weights: { score: 2, covered: 3, nearby: 1, bm25: 1 } }
const lexical = { intercept: -5, weights: { score: 1, covered: 3, nearby: 1, bm25: 1 } }
const evidence: EvidenceModel = { name: 'evidence-v0/test', embedder: 'encoder@1', scorers: { hybrid, lexical } }

const found = (text: string, score: number): Candidate => ({
  ...candidateOf(text, score),
  evidence: [{ leg: 'vector', rank: 1, score: 0.5 }],
})

function valued(candidates: readonly Candidate[], { embedder = 'encoder@1', characters = 1000, neighbours = [] as Candidate[] } = {}) {
  const profile = { evidence, queries: { fingerprint: embedder } } as unknown as Profile
  const context = contextWith(new ManualClock())
  const stage = createSentencesStage({ evidence: { characters } })
  const { values, reading } = stage.run(
    { derived: { lexical: 'alpha beta' }, candidates, neighbours: neighbours.map(({ text }) => text), profile },
    context,
  )
  return { reading, values: (id: string) => values.get(id as ChunkId), record: context.trace.records[0], degraded: context.trace.degraded }
}

describe('the value of sentences', () => {
  it('grows with the score of the chunk and with what stands in the sentence', () => {
    const { values, record } = valued([found('alpha beta', 0.5), found('alpha', 0.5), found('else', 0.5), found('other', 0.1)])
    const [both, one, none, low] = ['alpha beta', 'alpha', 'else', 'other'].map((id) => values(id)?.[0] ?? 0)
    assert.ok((both ?? 0) > (one ?? 0) && (one ?? 0) > (none ?? 0) && (none ?? 0) > (low ?? 0), `${both} ${one} ${none} ${low}`)
    assert.equal(none, evidenceProbability(hybrid, { score: 0.5, covered: 0, nearby: 0, bm25: 0 }))
    assert.deepEqual([record?.name, record?.status, record?.in, record?.out, record?.reason], ['sentences', 'ok', 4, 4, null])
  })

  it('of a chunk beside a candidate is that of a chunk without a score', () => {
    const { values, record } = valued([found('else', 0.5)], { neighbours: [found('beside', 0.9)] })
    assert.equal(values('beside')?.[0], evidenceProbability(hybrid, { score: 0, covered: 0, nearby: 0, bm25: 0 }))
    assert.equal(record?.in, 2)
  })

  it('takes the weights for words alone where there was no vector leg', () => {
    const { values, degraded } = valued([candidateOf('else', 0.5)])
    assert.equal(values('else')?.[0], evidenceProbability(lexical, { score: 0.5, covered: 0, nearby: 0, bm25: 0 }))
    assert.equal(degraded, false)
  })

  it('says where another embedder made the scores', () => {
    const { record, degraded } = valued([found('else', 0.5)], { embedder: 'encoder@2' })
    assert.equal(record?.reason, 'fitted_with_another_embedder')
    assert.equal(degraded, false)
  })

  it('reads no more than its limit, best chunks first, and says so', () => {
    const { values, record } = valued([found('alpha', 0.5), found('beta', 0.5)], { characters: 8 })
    assert.ok((values('alpha')?.[0] ?? 0) > (values('beta')?.[0] ?? 1))
    assert.equal(values('beta')?.[0], evidenceProbability(hybrid, { score: 0.5, covered: 0, nearby: 0, bm25: 0 }))
    assert.deepEqual([record?.status, record?.out, record?.reason], ['degraded', 1, 'read_1_of_2'])
  })

  it('is none where there are no candidates', () => {
    assert.equal(valued([]).values('x'), undefined)
  })
})
