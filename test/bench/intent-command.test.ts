import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { IntentResult } from '../../bench/intent-result.ts'
import { createTinyStore } from './tiny-engine.ts'
import { runBench } from './tiny-tools.ts'

test('the classifier of the engine is measured, the keys are those of a result file', async () => {
  const { code, json } = await runBench(['intent'], createTinyStore(), true)
  const result = json as IntentResult
  assert.equal(code, 0)
  assert.equal(result.bench, 'intent')
  assert.equal(result.classifier, 'tiny-1')
  assert.ok(result.questions > 0)
  // The tiny classifier knows two of seven labels and always claims to be sure.
  assert.ok(result.macro_f1 > 0 && result.macro_f1 < 2 / 7, `macro-F1 ${result.macro_f1}`)
  assert.ok(Math.abs(result.calibration_error - (1 - result.accuracy)) < 1e-9)
  const { tables } = await runBench(['intent'])
  assert.equal(tables[0]?.rows[0]?.length, tables[0]?.head.length)
})
