import assert from 'node:assert/strict'
import { it } from 'node:test'
import { spendableMs, withReserve } from '../../src/pipeline/context.ts'
import { contextWith, ManualClock } from './fixture.ts'

it('the reserve is kept back, but never more than a quarter of what is left', () => {
  const clock = new ManualClock()
  assert.equal(spendableMs(contextWith(clock, 1000), 100), 900)
  assert.equal(spendableMs(contextWith(clock, 40), 100), 30)
  assert.equal(withReserve(contextWith(clock, 40), 100).deadline, 30)
  clock.advance(50)
  assert.equal(spendableMs(contextWith(clock, 40), 100), 0)
  assert.equal(withReserve(contextWith(clock, 40), 100).deadline, 50)
})
