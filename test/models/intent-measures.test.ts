import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calibrationError } from '../../bench/metrics/calibration-error.ts'
import { macroF1 } from '../../bench/intent/macro-f1.ts'
import { calibrated, fitTemperature } from '../../src/models/intent-calibration.ts'

const close = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`)

test('macro-F1: a: 2*1/(1+2) = 2/3, b: 2*1/(2+1) = 2/3, c: 0; mean 4/9', () => {
  const judged = [
    { truth: 'a', predicted: 'a' },
    { truth: 'a', predicted: 'b' },
    { truth: 'b', predicted: 'b' },
    { truth: 'c', predicted: 'd' },
  ]
  close(macroF1(judged), 4 / 9)
  assert.equal(macroF1([]), 0)
})

test('calibration error: two at .9 of which one is right (.4 off), two at .5 of which one is right (0 off): .2', () => {
  const believed = [0.9, 0.9, 0.5, 0.5].map((confidence, i) => ({ confidence, correct: i % 2 === 0 }))
  close(calibrationError(believed), 0.2)
  assert.equal(calibrationError([]), 0)
})

test('calibration: softmax of scores over the temperature', () => {
  const scores = new Map([
    ['a', Math.log(8)],
    ['b', 0],
  ])
  close(calibrated(scores, 1).get('a') ?? 0, 8 / 9)
  close(calibrated(scores, 3).get('a') ?? 0, 2 / 3)
})

test('calibration: right in 2 of 3 at odds of 8 fits temperature 3', () => {
  const scores = new Map([
    ['a', Math.log(8)],
    ['b', 0],
  ])
  assert.equal(fitTemperature(['a', 'a', 'b'].map((label) => ({ scores, label }))), 3)
})
