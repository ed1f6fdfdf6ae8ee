import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import { createInFlight } from '../../ingest/in-flight.ts'
import type { DocumentId } from '../../src/core/ids.ts'

const idsOf = (...names: string[]): ReadonlySet<DocumentId> => new Set(names as DocumentId[])
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await setImmediate()
}

test('batches are written in order, no more than the limit at a time, and never beside one that holds the same document', async () => {
  const batch = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), preparing: fc.nat(5), writing: fc.nat(5) })
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { maxLength: 12 }), fc.integer({ min: 1, max: 4 }), async (asked, limit) => {
      const inFlight = createInFlight(limit)
      const written: number[] = []
      const open = new Map<number, string>()
      for (const [order, { id, preparing, writing }] of asked.entries()) {
        await inFlight.enter(idsOf(id))
        assert.ok(![...open.values()].includes(id), 'the same document is on its way')
        open.set(order, id)
        assert.ok(open.size <= limit)
        inFlight.add(
          idsOf(id),
          () => turns(preparing).then(() => order),
          async (prepared) => {
            await turns(writing)
            written.push(prepared)
            open.delete(prepared)
          },
        )
      }
      await inFlight.drain()
      assert.deepEqual(written, [...asked.keys()])
    }),
    { numRuns: 60 },
  )
})

test('what fails is told, and nothing behind it is written', async () => {
  const inFlight = createInFlight(3)
  const written: string[] = []
  const add = (name: string, fails: boolean): void =>
    inFlight.add(
      idsOf(name),
      () => (fails ? Promise.reject(new Error(name)) : turns(2).then(() => name)),
      (prepared) => Promise.resolve(void written.push(prepared)),
    )
  add('first', false)
  add('second', true)
  add('third', false)
  await assert.rejects(
    inFlight.enter(idsOf('fourth')).then(() => inFlight.drain()),
    { message: 'second' },
  )
  assert.deepEqual(written, ['first'])
})

test('what is being prepared behind a failure is called off, what stands before it is not, and neither works on afterwards', async () => {
  const inFlight = createInFlight(3)
  const over: string[] = []
  const until = (name: string, end: Promise<unknown>) => async () => {
    await end
    // It takes its time to stop.
    await turns(3)
    over.push(name)
  }
  const calledOff = new Promise((resolve) => inFlight.signal.addEventListener('abort', resolve, { once: true }))
  inFlight.add(idsOf('first'), until('first', turns(5)), () =>
    Promise.resolve(void over.push(`written ${String(inFlight.signal.aborted)}`)),
  )
  inFlight.add(
    idsOf('second'),
    () => Promise.reject(new Error('second')),
    () => Promise.resolve(),
  )
  inFlight.add(idsOf('third'), until('third', calledOff), () => Promise.resolve(void over.push('written')))
  await assert.rejects(inFlight.drain(), { message: 'second' })
  assert.deepEqual(over, ['first', 'written false', 'third'])
})
