import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createValueStage } from '../../src/pipeline/value.ts'
import { candidateOf, contextWith, ManualClock } from './fixture.ts'

const calibration = { score: 0, cosine: 1, neutralCosine: 0.5, intercept: 0 }
const withCosine = (id: string, cosine: number) => ({
  ...candidateOf(id, 1),
  evidence: [{ leg: 'vector', rank: 1, score: cosine } as const],
})
const logistic = (x: number) => 1 / (1 + Math.exp(-x))
const valuesOf = (candidates: Parameters<ReturnType<typeof createValueStage>['run']>[0]['candidates']) =>
  createValueStage()
    .run({ candidates, calibration }, contextWith(new ManualClock()))
    .map(({ value }) => value)

it('a candidate without a cosine is worth that of the least similar one', () => {
  assert.deepEqual(valuesOf([withCosine('a', 0.9), candidateOf('b', 1), withCosine('c', 0.2)]), [
    logistic(0.9),
    logistic(0.2),
    logistic(0.2),
  ])
})

it('where no candidate has a cosine, the neutral one stands in', () => {
  assert.deepEqual(valuesOf([candidateOf('a', 1), candidateOf('b', 1)]), [logistic(0.5), logistic(0.5)])
})
