import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { BUILT_IN_INTENTS } from '../../src/core/plan/plan.ts'
import { readIntentExamples } from '../../src/models/intent-examples.ts'

const examples = readIntentExamples()

test('at least 450 questions, at least 70 of every label, none twice', () => {
  assert.ok(examples.length >= 450)
  for (const intent of BUILT_IN_INTENTS) assert.ok(examples.filter(({ label }) => label === intent).length >= 70, intent)
  assert.deepEqual(
    new Set(examples.map(({ label }) => label)),
    new Set<string>(BUILT_IN_INTENTS),
  )
  assert.equal(new Set(examples.map(({ text }) => text.toLowerCase().trim())).size, examples.length)
})

test('held out is the quarter of every label with the smallest SHA-256: nobody picked it', () => {
  for (const intent of BUILT_IN_INTENTS) {
    const texts = examples.filter(({ label }) => label === intent)
    const hashes = texts.map(({ text }) => createHash('sha256').update(text).digest('hex')).sort()
    const last = hashes[Math.round(hashes.length / 4)] ?? ''
    for (const { text, split } of texts) {
      assert.equal(split, createHash('sha256').update(text).digest('hex') < last ? 'held_out' : 'train', text)
    }
  }
})
