import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { DocumentId, IndexVersion, VersionRef } from '../../src/core/ids.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import type { IndexVersions, PublishOptions } from '../../src/core/ports/index-versions.ts'
import { declaration, docs, embedder, makeDocument, tenant, unlimited } from './index-corpus.ts'
import { CALIBRATION } from './index-registry.ts'

type Registry = IndexRegistry & IndexVersions

const PUBLISH: PublishOptions = { stale: false, forced: null, rollback: false }
const v = (number: number): IndexVersion => `v${number}` as IndexVersion
const nothing = (): Promise<void> => Promise.resolve()

/** Index `docs` with these documents in `v1`. */
export async function withDocuments(registry: Registry, ...ids: readonly string[]): Promise<void> {
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments(ids.map(document), embedder.fingerprint, unlimited())
}

const document = (id: string) => makeDocument(id, [`letter ${id}`])

/** A kept version with these documents. */
export async function build(registry: Registry, ...ids: readonly string[]): Promise<IndexVersion> {
  const candidate = await registry.build(tenant, docs, {}, embedder, unlimited())
  await candidate.writer.replaceDocuments(ids.map(document), embedder.fingerprint, unlimited())
  await candidate.keep()
  candidate.release()
  return candidate.version
}

export async function documentsOf(registry: Registry, ref: VersionRef = 'current'): Promise<string[]> {
  const reader = await registry.pin(tenant, docs, unlimited(), ref)
  const ids = (await reader.entries(unlimited())).map(({ id }) => id as string).sort()
  reader.release()
  return ids
}

const told = async (registry: Registry) =>
  (await registry.versions(tenant, docs, unlimited())).map(({ version, state, aliases }) => [version, state, ...aliases].join(' '))

/** What every implementation of versions keeps. `make` opens a registry over `directory`, or over a fresh one. */
export function indexVersionsContract(
  name: string,
  make: (
    context: TestContext,
    directory?: string,
    keep?: { keepPublished?: number; keepUnpublished?: number; keepRecords?: number },
  ) => Promise<{ registry: Registry; directory: string }>,
): void {
  test(`${name}: a version is built beside the live one, published, and rolled back`, async (context) => {
    const first = await make(context)
    const { registry } = first
    await withDocuments(registry, 'a', 'b')
    assert.equal(await build(registry, 'a', 'b'), 'v2')
    assert.deepEqual(await told(registry), ['v1 published current', 'v2 ready'])
    const reader = await registry.pin(tenant, docs, unlimited())
    await registry.publish(tenant, docs, v(2), PUBLISH, nothing, unlimited())
    assert.deepEqual(await told(registry), ['v1 published previous', 'v2 published current'])
    assert.equal((await registry.status(tenant, docs, unlimited())).version, 'v2')
    assert.equal(reader.version, 'v1')
    assert.equal((await reader.lexical('letter', 5, null, null, unlimited())).length, 2, 'a pinned reader reads on')
    reader.release()
    await assert.rejects(registry.publish(tenant, docs, v(2), PUBLISH, nothing, unlimited()), { code: 'invalid_request' })
    await registry.close()

    const { registry: again } = await make(context, first.directory)
    assert.deepEqual(await told(again), ['v1 published previous', 'v2 published current'])
    await again.publish(tenant, docs, v(1), { ...PUBLISH, rollback: true }, nothing, unlimited())
    assert.deepEqual(await told(again), ['v1 published current', 'v2 published'])
    for (const ref of ['previous', 'canary', 'v3'] as VersionRef[]) {
      await assert.rejects(again.pin(tenant, docs, unlimited(), ref), { code: 'version_not_found' })
    }
  })

  test(`${name}: rolling back twice goes further back, not forth again`, async (context) => {
    const { registry } = await make(context)
    await withDocuments(registry, 'a')
    for (const number of [2, 3]) {
      await build(registry, 'a')
      await registry.publish(tenant, docs, v(number), PUBLISH, nothing, unlimited())
    }
    for (const number of [2, 1]) {
      const held = await registry.hold(tenant, docs, 'previous', unlimited())
      held.release()
      const { version } = held
      assert.equal(version, v(number))
      await registry.publish(tenant, docs, version, { ...PUBLISH, rollback: true }, nothing, unlimited())
    }
    await assert.rejects(registry.hold(tenant, docs, 'previous', unlimited()), { code: 'version_not_found', message: /current before/ })
  })

  test(`${name}: other documents are not published unless stale, and the version left behind is marked`, async (context) => {
    const { registry } = await make(context)
    await withDocuments(registry, 'a', 'b')
    await build(registry, 'a')
    await assert.rejects(registry.publish(tenant, docs, v(2), PUBLISH, nothing, unlimited()), { code: 'version_differs' })
    assert.deepEqual(await told(registry), ['v1 published current', 'v2 ready'])
    await registry.publish(tenant, docs, v(2), { ...PUBLISH, stale: true }, nothing, unlimited())
    assert.deepEqual(await documentsOf(registry), ['a'])
    const marks = async () => (await registry.versions(tenant, docs, unlimited())).map(({ ahead }) => ahead)
    assert.deepEqual(await marks(), [true, false])
    await registry.publish(tenant, docs, v(1), { ...PUBLISH, stale: true, rollback: true }, nothing, unlimited())
    assert.deepEqual(await marks(), [false, true])
    assert.deepEqual(await documentsOf(registry), ['a', 'b'])
  })

  test(`${name}: writers wait for a publication and write to the new version; what was prepared for the old one is refused`, async (context) => {
    const { registry } = await make(context)
    await withDocuments(registry, 'a', 'b')
    await build(registry, 'a', 'b')
    const before = await registry.writer(tenant, docs, unlimited())
    let writes: readonly Promise<unknown>[] = []
    const during = async (): Promise<void> => {
      writes = [
        before.replaceDocuments([document('c')], embedder.fingerprint, unlimited()),
        before.deleteDocuments(['a' as DocumentId], unlimited()),
      ]
      await new Promise((resolve) => setImmediate(resolve))
    }
    await registry.publish(tenant, docs, v(2), PUBLISH, during, unlimited())
    const [replaced, deleted] = await Promise.allSettled(writes)
    assert.equal(replaced?.status === 'rejected' && (replaced.reason as { code: string }).code, 'version_moved')
    assert.equal(deleted?.status, 'fulfilled')
    assert.deepEqual(await documentsOf(registry), ['b'])
    assert.deepEqual(await documentsOf(registry, v(1)), ['a', 'b'])
    const after = await registry.writer(tenant, docs, unlimited())
    await after.replaceDocuments([document('c')], embedder.fingerprint, unlimited())
    assert.deepEqual(await documentsOf(registry), ['b', 'c'])
  })

  test(`${name}: who is alone writes to the version that is current, and others wait`, async (context) => {
    const { registry } = await make(context)
    await withDocuments(registry, 'a', 'b')
    await build(registry, 'a', 'b')
    const held = await registry.hold(tenant, docs, 'current', unlimited())
    const live = await registry.writer(tenant, docs, unlimited())
    const order: string[] = []
    const others: Promise<unknown>[] = []
    const work = async (): Promise<string> => {
      others.push(
        live.deleteDocuments(['b' as DocumentId], unlimited()).then(() => order.push('write')),
        registry.publish(tenant, docs, v(2), { ...PUBLISH, stale: true }, nothing, unlimited()).then(() => order.push('publication')),
      )
      await held.writer.deleteDocuments(['a' as DocumentId], unlimited())
      order.push('alone')
      return 'done'
    }
    assert.equal(await registry.alone(tenant, docs, v(1), work, unlimited()), 'done')
    await Promise.all(others)
    assert.deepEqual(order, ['alone', 'write', 'publication'])
    assert.deepEqual(await documentsOf(registry, v(1)), [])
    const late = registry.alone(tenant, docs, v(1), () => Promise.reject(new Error('run')), unlimited())
    await assert.rejects(late, { code: 'version_moved' })
    held.release()
  })

  test(`${name}: a candidate is one at a time, unseen until it is kept, and gone when it is not`, async (context) => {
    const first = await make(context)
    const { registry } = first
    await withDocuments(registry, 'a')
    const candidate = await registry.build(tenant, docs, { language: 'German' }, embedder, unlimited())
    assert.equal(candidate.declaration.language, 'German')
    await assert.rejects(registry.build(tenant, docs, {}, embedder, unlimited()), { code: 'too_busy' })
    await assert.rejects(registry.pin(tenant, docs, unlimited(), v(2)), { code: 'version_not_found' })
    assert.deepEqual(await told(registry), ['v1 published current', 'v2 building'])
    candidate.release()
    await candidate.discard()
    assert.deepEqual(await told(registry), ['v1 published current'])
    await assert.rejects(registry.build(tenant, docs, { language: 'Klingon' }, embedder, unlimited()), { code: 'invalid_request' })
    await registry.build(tenant, docs, {}, embedder, unlimited())
    await registry.close()
    const { registry: again } = await make(context, first.directory)
    assert.deepEqual(await told(again), ['v1 published current'])
  })

  test(`${name}: an index can be deleted while a version of it is being made, and made again`, async (context) => {
    const { registry } = await make(context)
    for (const turns of [0, 1, 4, 16, 64]) {
      await withDocuments(registry, 'a')
      const building = registry.build(tenant, docs, {}, embedder, unlimited())
      const refused = assert.rejects(building, { code: 'index_not_found' })
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
      await registry.delete(tenant, docs, unlimited())
      await refused
    }
    await withDocuments(registry, 'b')
    assert.deepEqual(await documentsOf(registry), ['b'])
  })

  test(`${name}: old data is collected, records stay, and who reads keeps reading`, async (context) => {
    const { registry } = await make(context, undefined, { keepPublished: 1, keepUnpublished: 1, keepRecords: 2 })
    await withDocuments(registry, 'a')
    const reader = await registry.pin(tenant, docs, unlimited())
    for (const number of [2, 3, 4, 5]) {
      await build(registry, 'a')
      await registry.publish(tenant, docs, v(number), PUBLISH, nothing, unlimited())
    }
    await build(registry, 'a')
    await build(registry, 'a')
    assert.deepEqual(await told(registry), ['v3 collected', 'v4 published previous', 'v5 published current', 'v6 collected', 'v7 ready'])
    assert.deepEqual((await registry.versions(tenant, docs, unlimited()))[0]?.counts, { documents: 1, chunks: 1 })
    await assert.rejects(registry.pin(tenant, docs, unlimited(), v(3)), { code: 'version_not_found' })
    assert.equal((await reader.lexical('letter', 5, null, null, unlimited())).length, 1)
    reader.release()
  })

  test(`${name}: the canary is asked by its name until it is published`, async (context) => {
    const { registry } = await make(context)
    await withDocuments(registry, 'a')
    await build(registry, 'a')
    await registry.canary(tenant, docs, v(2), unlimited())
    const reader = await registry.pin(tenant, docs, unlimited(), 'canary')
    assert.equal(reader.version, 'v2')
    reader.release()
    await registry.canary(tenant, docs, null, unlimited())
    await assert.rejects(registry.pin(tenant, docs, unlimited(), 'canary'), { code: 'version_not_found' })
    await registry.canary(tenant, docs, v(2), unlimited())
    await registry.publish(tenant, docs, v(2), PUBLISH, nothing, unlimited())
    await assert.rejects(registry.pin(tenant, docs, unlimited(), 'canary'), { code: 'version_not_found' })
    await assert.rejects(registry.canary(tenant, docs, v(9), unlimited()), { code: 'version_not_found' })
  })

  test(`${name}: a calibration goes with the embedder and the profile that it was made for`, async (context) => {
    const { registry } = await make(context)
    await withDocuments(registry, 'a')
    await registry.calibrate(tenant, docs, { ...CALIBRATION, embedder: embedder.fingerprint }, unlimited())
    const calibrated = async (change: object): Promise<boolean> => {
      const candidate = await registry.build(tenant, docs, change, embedder, unlimited())
      const reader = candidate.pin()
      reader.release()
      candidate.release()
      await candidate.discard()
      return reader.calibration !== null
    }
    assert.equal(await calibrated({ language: 'German' }), true)
    assert.equal(await calibrated({ profile: 'another' }), false)
  })

  test(`${name}: the index as it was declared stays the same index, whatever version is current`, async (context) => {
    const { registry } = await make(context)
    await registry.create(tenant, declaration(), embedder, unlimited())
    const candidate = await registry.build(tenant, docs, { language: 'German' }, embedder, unlimited())
    await candidate.keep()
    candidate.release()
    await registry.publish(tenant, docs, v(2), PUBLISH, nothing, unlimited())
    for (const language of ['English', 'German']) {
      assert.equal((await registry.create(tenant, declaration({ language }), embedder, unlimited())).version, 'v2')
    }
    await assert.rejects(registry.create(tenant, declaration({ language: 'French' }), embedder, unlimited()), { code: 'index_exists' })
  })

  test(`${name}: a golden set stays with its index, with the baseline that was pinned, and goes with it`, async (context) => {
    const first = await make(context)
    await withDocuments(first.registry, 'a')
    const questions = [{ question: 'what?', passages: [{ doc: 'a' as DocumentId, text: 'letter a' }] }]
    assert.equal(await first.registry.golden(tenant, docs, unlimited()), null)
    const { hash } = await first.registry.attachGolden(tenant, docs, questions, unlimited())
    const scores = [{ evidence: 1, found: 1, stands: true }]
    const baseline = { version: v(1), config: 'c', measure: { budgetTokens: 10, k: 1 }, pinnedAt: 'now', scores }
    // Measured with a set of as many questions that stood in its place before.
    await assert.rejects(first.registry.pinBaseline(tenant, docs, 'another', baseline, unlimited()), { code: 'invalid_request' })
    await first.registry.pinBaseline(tenant, docs, hash, { ...baseline, config: 'first' }, unlimited(), null)
    // Measured before there was one: it was pinned while the other one was.
    await first.registry.pinBaseline(tenant, docs, hash, { ...baseline, config: 'late' }, unlimited(), null)
    assert.equal((await first.registry.golden(tenant, docs, unlimited()))?.baseline?.config, 'first')
    await first.registry.pinBaseline(tenant, docs, hash, baseline, unlimited())
    await first.registry.close()

    const { registry } = await make(context, first.directory)
    const golden = await registry.golden(tenant, docs, unlimited())
    assert.deepEqual([golden?.questions, golden?.baseline], [questions, baseline])
    await registry.attachGolden(tenant, docs, questions, unlimited())
    assert.equal((await registry.golden(tenant, docs, unlimited()))?.baseline, null)
    assert.deepEqual(await registry.everywhere(), [{ tenant, name: docs }])
    await registry.delete(tenant, docs, unlimited())
    await registry.create(tenant, declaration(), embedder, unlimited())
    assert.equal(await registry.golden(tenant, docs, unlimited()), null)
  })
}
