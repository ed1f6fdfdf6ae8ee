import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Gate } from '../../src/http/gate.ts'

const never = new AbortController().signal

test('as many as there are slots, then one for each that leaves, in order', async () => {
  const gate = new Gate({ slots: 2, waiting: 10, waitMs: 60_000 })
  const order: string[] = []
  const enter = async (name: string) => {
    const leave = await gate.enter(never)
    order.push(name)
    return leave
  }
  const [first, second] = await Promise.all([enter('a'), enter('b')])
  const waiting = [enter('c'), enter('d')]
  await Promise.resolve()
  assert.deepEqual(order, ['a', 'b'])
  first()
  first()
  assert.equal(await Promise.race(waiting.map((entered, i) => entered.then(() => i))), 0)
  assert.deepEqual(order, ['a', 'b', 'c'], 'leaving twice frees one slot')
  second()
  await waiting[1]
  assert.deepEqual(order, ['a', 'b', 'c', 'd'])
})

test('one more than may wait is refused at once', async () => {
  const gate = new Gate({ slots: 1, waiting: 1, waitMs: 60_000 })
  const leave = await gate.enter(never)
  const waiting = gate.enter(never)
  await assert.rejects(gate.enter(never), { code: 'too_busy' })
  leave()
  ;(await waiting)()
  ;(await gate.enter(never))()
})

test('a wait ends', async () => {
  const gate = new Gate({ slots: 1, waiting: 1, waitMs: 1 })
  const leave = await gate.enter(never)
  await assert.rejects(gate.enter(never), { code: 'too_busy' })
  leave()
  ;(await gate.enter(never))()
})

test('whoever goes away waits no more and takes nothing', async () => {
  const gate = new Gate({ slots: 1, waiting: 1, waitMs: 60_000 })
  const leave = await gate.enter(never)
  const gone = new AbortController()
  const waiting = gate.enter(gone.signal)
  gone.abort(new Error('gone'))
  await assert.rejects(waiting, { message: 'gone' })
  await assert.rejects(gate.enter(gone.signal), { message: 'gone' })
  leave()
  ;(await gate.enter(never))()
})

test('never more inside than slots, and all slots come back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.record({ work: fc.nat(3), quits: fc.boolean() }), { maxLength: 30 }),
      async (slots, visitors) => {
        const gate = new Gate({ slots, waiting: 8, waitMs: 60_000 })
        let inside = 0
        let most = 0
        await Promise.allSettled(
          visitors.map(async ({ work, quits }) => {
            const controller = new AbortController()
            const entering = gate.enter(controller.signal)
            if (quits) controller.abort(new Error('quits'))
            const leave = await entering
            inside += 1
            most = Math.max(most, inside)
            for (let i = 0; i < work; i += 1) await new Promise((resolve) => setImmediate(resolve))
            inside -= 1
            leave()
          }),
        )
        assert.ok(most <= slots)
        const again = await Promise.all(Array.from({ length: slots }, () => gate.enter(never)))
        for (const leave of again) leave()
      },
    ),
    { numRuns: 50 },
  )
})
