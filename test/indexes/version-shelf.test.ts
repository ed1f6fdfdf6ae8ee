import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedQueue } from '../../indexes/bounded-queue.ts'
import { readIndexFile } from '../../indexes/index-file.ts'
import { indexDirectory } from '../../indexes/layout.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import { newSessions } from '../../indexes/tables.ts'
import { VersionShelf } from '../../indexes/version-shelf.ts'
import { clock, docs, settings, temporaryDirectory, tenant, unlimited } from '../contract/index-corpus.ts'
import { withDocuments } from '../contract/index-versions.ts'

const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

test('a version is opened once for all, stays open while it is read, and is closed when nobody uses it', async (context) => {
  const root = await temporaryDirectory(context)
  const registry = await createIndexRegistry(settings(), { directory: root, clock })
  await withDocuments(registry, 'a')
  await registry.close()
  const directory = indexDirectory(root, tenant, docs)
  const record = (await readIndexFile(directory))?.versions[0]
  assert.ok(record?.build)
  const { build } = record
  const native = new BoundedQueue('reads', clock, 4, 64)
  const shared = { sessions: newSessions(settings()), native, context: { settings: settings(), clock, log: { warn: () => undefined } } }
  const shelf = new VersionShelf(directory, shared, 1)

  const [one, two] = await Promise.all([shelf.take(build, record), shelf.take(build, record)])
  assert.equal(one.opened, two.opened)
  const reader = one.opened.pin()
  one.release()
  two.release()
  assert.throws(() => one.release(), /released once/)
  for (let tries = 0; tries < 20; tries++) await turn()
  const still = await shelf.take(build, record)
  assert.equal(still.opened, one.opened, 'it is read')
  still.release()
  reader.release()
  for (;;) {
    const again = await shelf.take(build, record)
    again.release()
    if (again.opened !== one.opened) break
    await turn()
  }
  assert.throws(() => one.opened.pin(), { code: 'shutting_down' })
  const last = await shelf.take(build, record)
  assert.deepEqual(
    (await last.opened.verify(unlimited())).filter(({ ok }) => !ok),
    [],
  )
  await shelf.close()
  await assert.rejects(shelf.take(build, record), { code: 'shutting_down' })
})
