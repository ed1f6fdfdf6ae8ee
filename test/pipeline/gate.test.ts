import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GoldenBaseline } from '../../src/core/golden/gate.ts'
import type { IndexName, TenantId } from '../../src/core/ids.ts'
import { createGate, type GatePorts } from '../../src/pipeline/gate.ts'

const [tenant, index] = ['acme' as TenantId, 'docs' as IndexName]
const limits = { signal: new AbortController().signal, deadline: Infinity }
const SETTINGS = { gateBudgetTokens: 512, gateK: 5, gateMinEvidence: 0, gateMinPassageRecall: 0, gateLiveDrop: 0, gateBaselineDrop: 0 }
const QUESTIONS = [{ question: 'where?', passages: [{ doc: 'a', text: 'harbor' }] }]

test('a run that passes pins its scores in the place of the baseline that it began with, and of no other', async () => {
  const measure = { budgetTokens: 1, k: 1 }
  const incomparable = { version: 'v1', config: 'old', measure, pinnedAt: 'before', scores: [] } as unknown as GoldenBaseline
  for (const before of [null, incomparable]) {
    const pinned: unknown[] = []
    const indexes = {
      pin: () => Promise.resolve({ version: 'v1', document: () => Promise.resolve({ text: 'a harbor' }), release: () => undefined }),
      golden: () => Promise.resolve({ hash: 'g', attachedAt: 'now', questions: QUESTIONS, baseline: before }),
      recordGate: () => Promise.resolve(),
      pinBaseline: (...[, , golden, { config }, , instead]: Parameters<GatePorts['indexes']['pinBaseline']>) => {
        pinned.push([golden, config, instead])
        return Promise.resolve()
      },
    }
    const clock = { now: () => 0, wall: () => 0 }
    const ranker = { rank: () => Promise.resolve({ chunks: [] }) }
    const retriever = { retrieve: () => Promise.resolve({ items: [] }) }
    const gate = createGate(SETTINGS, { indexes, ranker, retriever, clock, config: 'new', told: () => undefined } as unknown as GatePorts)
    const result = await gate.run(tenant, index, 'current', () => undefined, limits)
    assert.equal(result?.passed, true)
    assert.deepEqual(pinned, [['g', 'new', before]])
  }
})
