import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Demand } from '../../indexes/demand.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import { WriteRests } from '../../indexes/write-rests.ts'
import type { Clock } from '../../src/core/ports/clock.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { declaration, docs, embedder, makeDocument, settings, temporaryDirectory, tenant, unlimited } from '../contract/index-corpus.ts'

const clock: Clock = { now: () => performance.now(), wall: () => Date.now() }
const nobodyCame = (): void => undefined

/** Rests after a batch that took ten seconds. */
function rested({ isSearched, longestMs }: { readonly isSearched: boolean; readonly longestMs: number }): WriteRests {
  const demand = new Demand(clock, 600_000, nobodyCame)
  if (isSearched) demand.asked()
  const rests = new WriteRests(clock, demand, longestMs)
  rests.wrote(clock.now() - 10_000)
  return rests
}

/** Whether the rest is still not over after a while. */
async function lasts(rests: WriteRests): Promise<boolean> {
  const end = new AbortController()
  const over = rests.over({ signal: end.signal, deadline: Infinity }).then(
    () => false,
    () => true,
  )
  await sleep(50)
  end.abort()
  return await over
}

test('a batch rests while somebody searches, and only then', async () => {
  assert.equal(await lasts(rested({ isSearched: true, longestMs: 60_000 })), true)
  assert.equal(await lasts(rested({ isSearched: false, longestMs: 60_000 })), false)
})

test('a rest has a limit, and none where that is 0', async () => {
  const started = clock.now()
  await rested({ isSearched: true, longestMs: 30 }).over(unlimited())
  assert.ok(clock.now() - started >= 25, 'timers may be a little early')
  assert.equal(await lasts(rested({ isSearched: true, longestMs: 0 })), false)
})

test('who rests is not held longer than it waits', async () => {
  const rests = rested({ isSearched: true, longestMs: 60_000 })
  await assert.rejects(rests.over({ signal: new AbortController().signal, deadline: clock.now() + 5 }), { code: 'deadline_exceeded' })
})

test('batches of an index that is searched rest, deletions do not', async (context) => {
  // Every look at this clock is a second later, so that a batch seems to take many.
  let seconds = 0
  const hurrying: Clock = { now: () => (seconds += 1) * 1000, wall: () => Date.now() }
  const patient = settings({ writeRestMs: 60_000, quietAfterMs: Number.MAX_SAFE_INTEGER })
  const registry = await createIndexRegistry(patient, { directory: await temporaryDirectory(context), clock: hurrying })
  context.after(() => registry.close())
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  const write = (id: string, limits: Limits) => writer.replaceDocuments([makeDocument(id, [`text of ${id}`])], embedder.fingerprint, limits)
  await write('a', unlimited())
  const reader = await registry.pin(tenant, docs, unlimited())
  await reader.lexical('text', 10, null, null, unlimited())
  reader.release()
  await write('b', unlimited())

  const end = new AbortController()
  const third = write('c', { signal: end.signal, deadline: Infinity })
  third.catch(nobodyCame)
  assert.equal((await writer.deleteDocuments(['b' as never], unlimited())).deleted, 1)
  end.abort()
  await assert.rejects(third, { code: 'cancelled' })
  assert.deepEqual((await registry.status(tenant, docs, unlimited())).counts, { documents: 1, chunks: 1 })
})
