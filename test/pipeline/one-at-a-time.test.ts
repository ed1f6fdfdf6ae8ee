import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as soon } from 'node:timers/promises'
import { OneAtATime } from '../../src/pipeline/one-at-a-time.ts'

const clock = { now: () => performance.now(), wall: () => Date.now() }
const limits = (ms = 60_000, signal = new AbortController().signal) => ({ signal, deadline: clock.now() + ms })

test('one of a key is inside, the others come in the order in which they asked', async () => {
  const turns = new OneAtATime(10, clock)
  const seen: string[] = []
  const first = await turns.enter('a', limits())
  const later = ['2', '3', '4'].map(async (name) => {
    const release = await turns.enter('a', limits())
    seen.push(`${name} in`)
    await soon()
    seen.push(`${name} out`)
    release()
  })
  const other = await turns.enter('b', limits())
  await soon()
  assert.deepEqual(seen, [], 'another key does not wait, the same one does')
  first()
  first()
  await Promise.all(later)
  assert.deepEqual(seen, ['2 in', '2 out', '3 in', '3 out', '4 in', '4 out'])
  other()
  ;(await turns.enter('a', limits()))()
})

test('so many wait; the next is refused, and a place that was given up is free again', async () => {
  const turns = new OneAtATime(1, clock)
  const release = await turns.enter('a', limits())
  const gone = new AbortController()
  const waiting = turns.enter('a', limits(60_000, gone.signal))
  await assert.rejects(turns.enter('a', limits()), { code: 'too_busy', details: { limit: 'sessions.max_waiting', max: 1 } })
  gone.abort()
  await assert.rejects(waiting, { code: 'cancelled' })
  const next = turns.enter('a', limits())
  release()
  ;(await next)()
})

test('who waits gives up at the deadline, and is not let in afterwards', async () => {
  const turns = new OneAtATime(2, clock)
  const release = await turns.enter('a', limits())
  const late = turns.enter('a', limits(1))
  const patient = turns.enter('a', limits())
  await assert.rejects(late, { code: 'deadline_exceeded' })
  release()
  ;(await patient)()
  await assert.rejects(turns.enter('a', limits(60_000, AbortSignal.abort())), { code: 'cancelled' })
})
