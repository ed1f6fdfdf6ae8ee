import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { DocumentId } from '../../../src/core/ids.ts'
import type { JobItem } from '../../../src/core/ports/job-queue.ts'
import { decodeItems, encodeItem, type SpooledItem } from '../../../src/state/jobs/item-frame.ts'
import { createOrderedIds, idOfUuid, uuidOf } from '../../../src/state/jobs/ordered-id.ts'
import { SettledLog } from '../../../src/state/jobs/settled-log.ts'
import { appendFileSync, truncateSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '../database-fixture.ts'

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer, undefined> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

const decoded = (bytes: Buffer, size: number): Promise<SpooledItem[]> => Array.fromAsync(decodeItems(chunksOf(bytes, size), 'x'))

const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(model, { noNullPrototype: true })

const anyItem: fc.Arbitrary<SpooledItem> = plain({
  retries: fc.nat(9),
  item: fc.oneof(
    plain({
      kind: fc.constant('url' as const),
      url: fc.webUrl(),
      id: fc.string().map((id) => id as DocumentId),
      title: fc.option(fc.string()),
      metadata: fc.constant({}),
    }),
    plain({
      kind: fc.constant('document' as const),
      document: plain({
        id: fc.string().map((id) => id as DocumentId),
        title: fc.option(fc.string()),
        uri: fc.option(fc.string()),
        mediaType: fc.string(),
        content: fc.oneof(fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 300 })),
        metadata: fc.constant({ tags: ['x'], n: 1 }),
      }),
    }),
  ) satisfies fc.Arbitrary<JobItem>,
})

test('a payload reads back as it was written, in chunks of any size; cut or altered anywhere it is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyItem, { maxLength: 5 }), fc.integer({ min: 1, max: 500 }), fc.nat(), async (items, size, where) => {
      const bytes = Buffer.concat(items.flatMap(encodeItem))
      assert.deepEqual(await decoded(bytes, size), items)
      if (bytes.length === 0) return
      const ends = items.map((_, n) => Buffer.concat(items.slice(0, n).flatMap(encodeItem)).length)
      const at = where % bytes.length
      if (!ends.includes(at)) await assert.rejects(decoded(bytes.subarray(0, at), size), { code: 'state_damaged' })
      const altered = Buffer.from(bytes)
      altered[at] = (altered[at] ?? 0) ^ 1
      await assert.rejects(decoded(altered, size), { code: 'state_damaged' })
    }),
  )
})

test('ids sort in the order in which they were made, also inside a millisecond and after a clock that went back, and survive as UUIDs', () => {
  const times = [5, 5, 5, 6, 3, 3, 2 ** 40]
  let call = 0
  const next = createOrderedIds(() => times[call++] ?? 0)
  const ids = times.map(() => next())
  assert.deepEqual(ids.toSorted(), ids)
  assert.equal(new Set(ids).size, ids.length)
  for (const id of ids) assert.equal(idOfUuid(uuidOf(`job_${id}`)), id)
  assert.deepEqual(ids.map(uuidOf).toSorted(), ids.map(uuidOf))
})

test('what is settled reads back, without a line that was torn; unchanged does not undo new', async (t) => {
  const directory = await temporaryDirectory(t)
  const settled = (id: string, status: 'new' | 'unchanged' | 'failed' = 'new') => {
    const error = status === 'failed' ? ({ code: 'parser_died', message: 'x' } as const) : null
    return { id: id as DocumentId, status, chunks: 1, error }
  }
  const first = await SettledLog.open(directory)
  assert.equal(first.add(settled('a')), null)
  assert.equal(first.add(settled('a', 'unchanged')), false)
  assert.equal(first.add(settled('f', 'failed')), null)
  assert.deepEqual(first.add(settled('f', 'unchanged')), settled('f', 'failed'))
  first.add(settled('torn'))
  await first.close()
  truncateSync(join(directory, 'settled'), statSync(join(directory, 'settled')).size - 3)
  const second = await SettledLog.open(directory)
  assert.deepEqual([...second.documents.values()], [settled('a'), settled('f', 'unchanged')])
  second.add(settled('b'))
  await second.close()
  appendFileSync(join(directory, 'settled'), '\nrubbish')
  const third = await SettledLog.open(directory)
  assert.deepEqual([...third.documents.keys()], ['a', 'f', 'b'])
  await third.close()
})
