import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ModelProfiles, Profile } from '../../src/core/ports/model-profiles.ts'
import { spawnOnnxWorker } from '../../src/models/onnx-host.ts'
import { createModelProfiles } from '../../src/models/profiles.ts'
import { at, cosine, embedderContract, hasCode } from '../contract/embedder.ts'
import { clock, limits, modelSettings } from './settings.ts'

for (const name of ['standard', 'fast']) {
  for (const lane of ['queries', 'passages'] as const) {
    embedderContract(`${name}, ${lane}`, async () => {
      const profiles = createModelProfiles(modelSettings(), clock)
      const profile = await profiles.open(name)
      return { embedder: profile[lane], limits, close: () => profiles.close() }
    })
  }
}

describe('bundled encoders', () => {
  let profiles: ModelProfiles
  let standard: Profile
  let fast: Profile
  before(async () => {
    profiles = createModelProfiles(modelSettings({ requestTexts: 100 }), clock)
    standard = await profiles.open('standard')
    fast = await profiles.open('fast')
  })
  after(() => profiles.close())

  const question = 'How do I rotate an API key without downtime?'
  const long = Array.from({ length: 200 }, (_, i) => `word${i} and ${i * 7} things`).join(' ')

  test('give the vectors that the Python tokenizers and onnxruntime packages give', async () => {
    // tokenizers 0.23.3 truncating to 256, onnxruntime 1.31.1, mean over tokens and unit length in numpy; the first four numbers.
    const expected = {
      standard: [
        [-0.03312, 0.03192, -0.03392, -0.05182],
        [0.01562, -0.01488, -0.07459, -0.01945],
      ],
      fast: [
        [-0.05613, 0.04755, -0.05805, -0.01914],
        [0.03883, -0.03932, -0.02509, 0.01394],
      ],
    }
    for (const profile of [standard, fast]) {
      const { vectors, tokens, cut } = await profile.queries.embed([question, long], 'query', limits())
      assert.equal(tokens, 13 + 256)
      assert.equal(cut, 1)
      for (const [i, numbers] of expected[profile.name as 'standard' | 'fast'].entries())
        for (const [d, number] of numbers.entries()) assert.ok(Math.abs(at([...at(vectors, i)], d) - number) < 2e-3, `${profile.name} ${i} ${d}`)
    }
    assert.deepEqual(await standard.passages.countTokens([question, long], limits()), [13, 1265])
  })

  test('share one space: a question of one finds the passage of the other', async () => {
    assert.equal(standard.queries.space, fast.queries.space)
    assert.notEqual(standard.queries.fingerprint, fast.queries.fingerprint)
    const passages = await fast.passages.embed(['Replace a credential while the service runs', 'Bread needs flour, water and salt'], 'passage', limits())
    const asked = at((await standard.queries.embed([question], 'query', limits())).vectors, 0)
    assert.ok(cosine(asked, at(passages.vectors, 0)) > cosine(asked, at(passages.vectors, 1)))
  })

  test('do not depend on what is encoded beside a text, to the last bit that matters', async () => {
    const texts = Array.from({ length: 20 }, (_, i) => `${question} ${'and more '.repeat(i)}`)
    for (const profile of [standard, fast]) {
      const together = (await profile.passages.embed(texts, 'passage', limits())).vectors
      const alone = at((await profile.passages.embed([at(texts, 7)], 'passage', limits())).vectors, 0)
      assert.ok(1 - cosine(alone, at(together, 7)) < 1e-6)
    }
  })

  test('take the spelling of a special token as text', async () => {
    const [spelt, apart] = await standard.passages.countTokens(['a [SEP] b', 'a [ sep ] b'], limits())
    assert.equal(spelt, apart)
  })

  test('look at no more than text_characters, and refuse more than request_texts', async () => {
    const few = createModelProfiles(modelSettings({ textCharacters: 300, requestTexts: 3 }), clock)
    const { passages } = await few.open('fast')
    const { cut, tokens } = await passages.embed(['word '.repeat(10_000)], 'passage', limits())
    assert.equal(cut, 1)
    assert.equal(tokens, 62)
    await assert.rejects(passages.embed(['a', 'b', 'c', 'd'], 'passage', limits()), hasCode('invalid_request'))
    await assert.rejects(passages.countTokens(['a', 'b', 'c', 'd'], limits()), hasCode('invalid_request'))
    await few.close()
  })
})

test('passages may have several threads, questions keep one, and the vectors are the same', async (t) => {
  const threads: number[] = []
  const profiles = createModelProfiles(modelSettings({ passageThreads: 2 }), clock, (settings) => {
    threads.push(settings.threads)
    return spawnOnnxWorker(settings)
  })
  t.after(() => profiles.close())
  const { queries, passages } = await profiles.open('standard')
  const texts = ['Replace a credential while the service runs.', 'word '.repeat(300)]
  const one = await queries.embed(texts, 'passage', limits())
  const two = await passages.embed(texts, 'passage', limits())
  assert.deepEqual(threads, [1, 2])
  for (const [i, vector] of two.vectors.entries()) assert.ok(cosine(vector, at(one.vectors, i)) > 0.99999)
})
