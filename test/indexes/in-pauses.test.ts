import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { InPauses } from '../../indexes/in-pauses.ts'

test('work waits for a pause, which is the longer the longer the work takes', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  let [now, done] = [0, 0]
  const clock = { now: () => now, wall: () => now }
  const pauses = new InPauses(clock, 100, () => {
    done += 1
    now += 50
    return Promise.resolve()
  })
  const pass = async (ms: number) => {
    context.mock.timers.tick(ms)
    await turn()
    return done
  }
  pauses.wrote(true)
  assert.equal(await pass(99), 0)
  pauses.wrote(true)
  assert.equal(await pass(99), 0, 'each write begins the pause anew')
  assert.equal(await pass(1), 1)
  assert.equal(await pass(10_000), 1, 'once in a pause')
  pauses.wrote(true)
  assert.equal(await pass(449), 1, 'it took 50 ms')
  assert.equal(await pass(1), 2)
  pauses.wrote(true)
  pauses.wrote(false)
  assert.equal(await pass(10_000), 2, 'a later write left nothing to do')
  pauses.wrote(true)
  pauses.close()
  assert.equal(await pass(10_000), 2)
  pauses.wrote(true)
  assert.equal(await pass(10_000), 2, 'nor after it was closed')
})
