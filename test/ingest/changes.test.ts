import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import fc from 'fast-check'
import { createChangedPaths } from '../../ingest/command/changed-paths.ts'
import { createObserved, REMEMBERED_FAILURES } from '../../ingest/command/observed.ts'
import { createSeenIds } from '../../ingest/command/seen-ids.ts'

const never = new AbortController().signal

test('ids that were seen are remembered, in any order, up to the limit', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (added, others) => {
      const seen = createSeenIds()
      for (const [i, id] of added.entries()) {
        seen.add(id)
        if (i % 3 === 0) assert.ok(seen.has(id))
      }
      return added.every((id) => seen.has(id)) && others.every((id) => seen.has(id) === added.includes(id))
    }),
  )
  const two = createSeenIds(2)
  two.add('a')
  two.add('b')
  assert.throws(() => two.add('c'), { code: 'invalid_request' })
})

test('what may stand behind a failure counts as met; too many failures leave doubt', () => {
  const failed = (id: string, hides: 'below' | 'anything' = 'below') =>
    ({ id, failure: { id, code: 'invalid_document', message: 'bad', hides } }) as const
  const observed = createObserved()
  observed.add({ id: 'a.md', failure: null })
  observed.add(failed('b.zip'))
  assert.deepEqual(
    ['a.md', 'a.md/x', 'b.zip', 'b.zip/deep/x.md', 'b.zipper/x', 'c'].map((id) => observed.has(id)),
    [true, false, true, true, false, false],
  )
  assert.equal(observed.doubt, null)
  for (let i = 0; i < REMEMBERED_FAILURES; i++) observed.add(failed(`f${i}`))
  assert.match(String(observed.doubt), /more than 1000/u)
  const folder = createObserved()
  folder.add(failed('docs/closed/', 'anything'))
  assert.equal(folder.doubt, 'docs/closed/: bad')
})

test('changes are given out when it has been quiet, each once and sorted; too many are too many', async () => {
  const changes = createChangedPaths({ limit: 3, quietMs: 30, latestMs: 60_000 })
  const settled = changes.settled(never)
  for (const path of ['c', 'a', 'c', 'b']) changes.add(path)
  await settled
  assert.deepEqual(changes.take(), ['a', 'b', 'c'])
  for (const path of ['a', 'b', 'c', 'd', 'e']) changes.add(path)
  await changes.settled(never)
  assert.equal(changes.take(), 'too many')
  changes.add('f')
  await changes.settled(never)
  assert.deepEqual(changes.take(), ['f'])
  changes.missed()
  await changes.settled(never)
  assert.equal(changes.take(), 'too many')
})

test('a constant stream of changes is given out all the same, and a signal ends the wait', async () => {
  const changes = createChangedPaths({ limit: 1_000_000, quietMs: 10_000, latestMs: 60 })
  let count = 0
  const stream = setInterval(() => changes.add(`p${count++}`), 5)
  await changes.settled(never)
  clearInterval(stream)
  assert.ok(changes.take().length > 0)
  const controller = new AbortController()
  const waiting = changes.settled(controller.signal)
  controller.abort()
  await waiting
  changes.add('a')
  await changes.settled(AbortSignal.abort())
})

test('waiting leaves nothing behind on the signal, however often', async () => {
  const changes = createChangedPaths({ limit: 10, quietMs: 1, latestMs: 60 })
  const { signal } = new AbortController()
  for (let i = 0; i < 3; i++) {
    changes.add('a')
    await changes.settled(signal)
    changes.take()
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})
