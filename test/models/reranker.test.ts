import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createModelProfiles } from '../../src/models/profiles.ts'
import { hasCode } from '../contract/embedder.ts'
import { rerankerContract } from '../contract/reranker.ts'
import { clock, limits, modelSettings } from './settings.ts'

rerankerContract('ration-rerank-v0', async () => {
  const profiles = createModelProfiles(modelSettings(), clock)
  const { reranker } = await profiles.open('fast')
  assert.ok(reranker !== null)
  return { reranker, limits, close: () => profiles.close() }
})

test('the bundled reranker gives the logits that the Python packages give, cutting the passage only', async (t) => {
  const profiles = createModelProfiles(modelSettings({ requestTexts: 5 }), clock)
  t.after(() => profiles.close())
  const { reranker } = await profiles.open('fast')
  assert.ok(reranker !== null)
  // tokenizers 0.23.3 with strategy only_second at 256, onnxruntime 1.31.1.
  const expected = [
    ['Vitamin D supplements lowered the rate of hip fractures in older adults.', 3.5752],
    ['The stock exchange closed early on Friday.', -10.9672],
    [Array.from({ length: 200 }, (_, i) => `word${i} and ${i * 7} things`).join(' '), -11.8839],
  ] as const
  const query = 'does vitamin D reduce the risk of fractures?'
  const scores = await reranker.score(
    query,
    expected.map(([passage]) => passage),
    limits(),
  )
  for (const [i, [, logit]] of expected.entries()) assert.ok(Math.abs((scores[i] ?? 0) - logit) < 0.05, `${i}: ${scores[i] ?? ''}`)
  await assert.rejects(reranker.score(query, ['1', '2', '3', '4', '5', '6'], limits()), hasCode('invalid_request'))
})
