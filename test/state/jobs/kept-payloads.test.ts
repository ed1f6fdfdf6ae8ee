import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AppError } from '../../../src/core/errors.ts'
import type { JobId } from '../../../src/core/ids.ts'
import type { JobStatus } from '../../../src/core/ports/job-queue.ts'
import { createJobQueue } from '../../../src/state/jobs/job-queue.ts'
import { KeptPayloads } from '../../../src/state/jobs/kept-payloads.ts'
import { limits, noWarning, openTestControl, systemClock as clock, temporaryDirectory } from '../database-fixture.ts'
import { ACME, documentItem, ended, itemsOf, JOBS, OTHER, settling, submission } from './fixture.ts'

test('a job that is begun again while its payload should make room is refused, or keeps it', async (t) => {
  const door = Promise.withResolvers<undefined>()
  const work = settling((id) => (id === 'first' ? door.promise : undefined))
  // Two of the large ones fit, three do not.
  const directory = await temporaryDirectory(t)
  const control = await openTestControl(directory)
  const queue = await createJobQueue({ ...JOBS, tenantBytes: 1900 }, { ...control, directory, clock, warn: noWarning, work })
  t.after(async () => {
    await queue.close()
    await control.database.destroy()
  })
  const submitLarge = (id: string) => queue.submit(submission([], { items: itemsOf(documentItem(id, 'x'.repeat(500))) }), limits())
  await queue.submit(submission(['first']), limits())
  let again: JobStatus | null = null
  for (let round = 0; round < 6 && again === null; round++) {
    const [old, middle] = [await submitLarge('old'), await submitLarge('middle')]
    for (const { id } of [old, middle]) await queue.cancel(ACME, id)
    const late = await submitLarge('late')
    const cancelled = queue.cancel(ACME, late.id)
    while ((await queue.status(ACME, late.id)).state !== 'cancelled') await sleep(0)
    await sleep(round)
    again = await queue.retry(ACME, old.id).catch((error: unknown) => {
      assert.deepEqual([(error as AppError).code, (error as AppError).message.slice(0, 11)], ['invalid_request', 'The payload'])
      return null
    })
    await cancelled
  }
  door.resolve(undefined)
  if (again !== null) assert.equal((await ended(queue, again)).state, 'done')
})

test('payloads of ended jobs make room for newer ones, oldest first, and each is taken once', () => {
  const kept = new KeptPayloads(100)
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => ({ id: id as JobId, tenant: ACME, bytes: 40 }))
  assert.ok(a !== undefined && b !== undefined && c !== undefined && d !== undefined)
  assert.deepEqual([kept.add(a), kept.add(b)], [[], []])
  assert.deepEqual(kept.add({ ...c, tenant: OTHER }), [], 'of another tenant')
  assert.deepEqual(kept.add(c), ['a'])
  assert.deepEqual([kept.take(a), kept.take(b), kept.take(b)], [false, true, false])
  assert.deepEqual([kept.add(d), kept.add({ ...a, bytes: 101 })], [[], ['c', 'd', 'a']])
})
