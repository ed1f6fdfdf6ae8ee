import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { IndexCalibration } from '../../src/core/confidence/calibration.ts'
import type { IndexName, TenantId } from '../../src/core/ids.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import { declaration, docs, embedder, failedChecks, makeDocument, tenant, unlimited } from './index-corpus.ts'

export const CALIBRATION: IndexCalibration = {
  threshold: 0.25,
  model: 'confidence-v0/test',
  embedder: 'e',
  scorer: 'hybrid',
  own: { questions: 2, made: false, abstain: 0 },
  foreign: { questions: 3, abstain: 1 },
  revision: 1,
  calibratedAt: '2026-01-01T00:00:00.000Z',
}

/** What every IndexRegistry keeps. `make` opens one over `directory`, or over a fresh one; it is called again to open what was closed. */
export function indexRegistryContract(
  name: string,
  make: (context: TestContext, directory?: string) => Promise<{ registry: IndexRegistry; directory: string }>,
): void {
  const other = 'other' as TenantId

  test(`${name}: create is idempotent, and refuses another declaration`, async (context) => {
    const { registry } = await make(context)
    const fields = { product: 'keyword', updated: 'date' } as const
    const created = await registry.create(tenant, declaration({ fields }), embedder, unlimited())
    assert.equal(created.version, 'v1')
    assert.deepEqual(created.counts, { documents: 0, chunks: 0 })
    assert.deepEqual(created.embedder, embedder)
    const reordered = declaration({ fields: { updated: 'date', product: 'keyword' } })
    assert.equal((await registry.create(tenant, reordered, embedder, unlimited())).revision, created.revision)
    await assert.rejects(registry.create(tenant, declaration(), embedder, unlimited()), { code: 'index_exists' })
    const concurrent = declaration({ name: 'both' as IndexName })
    const [a, b] = await Promise.all([1, 2].map(() => registry.create(tenant, concurrent, embedder, unlimited())))
    assert.deepEqual(a, b)
  })

  test(`${name}: what is not there rejects index_not_found`, async (context) => {
    const { registry } = await make(context)
    for (const call of [
      () => registry.status(tenant, docs, unlimited()),
      () => registry.pin(tenant, docs, unlimited()),
      () => registry.writer(tenant, docs, unlimited()),
      () => registry.verify(tenant, docs, unlimited()),
      () => registry.calibrate(tenant, docs, CALIBRATION, unlimited()),
      () => registry.delete(tenant, docs, unlimited()),
    ]) {
      await assert.rejects(call(), { code: 'index_not_found', message: /docs/, details: { index: docs } })
    }
    assert.deepEqual(await registry.list(tenant, unlimited()), [])
  })

  test(`${name}: a calibration stays with the index, and goes with it`, async (context) => {
    const { registry, directory } = await make(context)
    await registry.create(tenant, declaration(), embedder, unlimited())
    const before = await registry.pin(tenant, docs, unlimited())
    assert.equal((await registry.status(tenant, docs, unlimited())).calibration, null)
    await registry.calibrate(tenant, docs, CALIBRATION, unlimited())
    await registry.calibrate(tenant, docs, { ...CALIBRATION, threshold: 0.5 }, unlimited())
    assert.equal(before.calibration, null, 'a pinned reader keeps what it had')
    before.release()
    await registry.close()

    const { registry: again } = await make(context, directory)
    const after = await again.pin(tenant, docs, unlimited())
    assert.deepEqual(after.calibration, { ...CALIBRATION, threshold: 0.5 })
    after.release()
    await again.delete(tenant, docs, unlimited())
    await again.create(tenant, declaration(), embedder, unlimited())
    assert.equal((await again.status(tenant, docs, unlimited())).calibration, null)
  })

  test(`${name}: names that could leave the directory are refused`, async (context) => {
    const { registry } = await make(context)
    for (const bad of ['', '..', '../docs', 'a/b', 'Docs', '.hidden', 'x'.repeat(65), 'a\0b']) {
      await assert.rejects(registry.pin(tenant, bad as IndexName, unlimited()), { code: 'invalid_request' })
      await assert.rejects(registry.pin(bad as TenantId, docs, unlimited()), { code: 'invalid_request' })
      await assert.rejects(registry.create(tenant, declaration({ name: bad as IndexName }), embedder, unlimited()), {
        code: 'invalid_request',
      })
    }
  })

  test(`${name}: declarations that no index can keep are refused`, async (context) => {
    const { registry } = await make(context)
    const fields = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`f${index}`, 'number' as const]))
    for (const bad of [
      { language: 'english' },
      { language: 'Klingon' },
      { encodings: ['gpt2'] },
      { encodings: ['o200k_base', 'o200k_base'] },
      { fields: { 'a b': 'keyword' } },
      { fields: { "x` = ''": 'keyword' } },
      { fields: { a: 'text' } },
      { fields: { a: 'keyword', A: 'keyword' } },
      { fields },
    ]) {
      await assert.rejects(registry.create(tenant, declaration(bad as object), embedder, unlimited()), { code: 'invalid_request' })
    }
    assert.deepEqual(await registry.list(tenant, unlimited()), [])
  })

  test(`${name}: tenants do not see each other's indexes`, async (context) => {
    const { registry } = await make(context)
    await registry.create(tenant, declaration(), embedder, unlimited())
    await registry.create(other, declaration({ language: 'German' }), embedder, unlimited())
    const writer = await registry.writer(tenant, docs, unlimited())
    await writer.replaceDocuments([makeDocument('a', ['alpha'])], embedder.fingerprint, unlimited())
    assert.equal((await registry.status(other, docs, unlimited())).counts.documents, 0)
    assert.equal((await registry.list(other, unlimited())).length, 1)
    await registry.delete(other, docs, unlimited())
    assert.equal((await registry.status(tenant, docs, unlimited())).counts.documents, 1)
  })

  test(`${name}: a deleted index is gone at once, and stays readable for those who read`, async (context) => {
    const { registry } = await make(context)
    await registry.create(tenant, declaration(), embedder, unlimited())
    const writer = await registry.writer(tenant, docs, unlimited())
    await writer.replaceDocuments([makeDocument('a', ['alpha beta'])], embedder.fingerprint, unlimited())
    const reader = await registry.pin(tenant, docs, unlimited())
    await registry.delete(tenant, docs, unlimited())
    await assert.rejects(registry.pin(tenant, docs, unlimited()), { code: 'index_not_found' })
    await assert.rejects(
      writer.replaceDocuments([], embedder.fingerprint, unlimited()).then(() => writer.optimize(unlimited())),
      {
        code: 'index_not_found',
      },
    )
    assert.deepEqual(await registry.list(tenant, unlimited()), [])
    assert.equal((await reader.lexical('alpha', 5, null, null, unlimited())).length, 1)

    const again = await registry.create(tenant, declaration({ language: 'German' }), embedder, unlimited())
    assert.deepEqual(again.counts, { documents: 0, chunks: 0 })
    const successor = await registry.writer(tenant, docs, unlimited())
    await successor.replaceDocuments([makeDocument('b', ['gamma'])], embedder.fingerprint, unlimited())
    assert.equal((await reader.lexical('alpha', 5, null, null, unlimited())).length, 1)
    assert.equal((await reader.lexical('gamma', 5, null, null, unlimited())).length, 0)
    reader.release()
    const fresh = await registry.pin(tenant, docs, unlimited())
    assert.equal((await fresh.lexical('gamma', 5, null, null, unlimited())).length, 1)
    fresh.release()
  })

  test(`${name}: everything is there again after closing and opening`, async (context) => {
    const first = await make(context)
    await first.registry.create(tenant, declaration(), embedder, unlimited())
    const writer = await first.registry.writer(tenant, docs, unlimited())
    await writer.replaceDocuments([makeDocument('a', ['alpha'])], embedder.fingerprint, unlimited())
    const before = await first.registry.status(tenant, docs, unlimited())
    await first.registry.close()
    await assert.rejects(first.registry.pin(tenant, docs, unlimited()), { code: 'shutting_down' })
    await assert.rejects(writer.optimize(unlimited()), { code: 'shutting_down' })
    const second = await make(context, first.directory)
    const after = await second.registry.status(tenant, docs, unlimited())
    assert.deepEqual({ ...after, bytes: 0 }, { ...before, bytes: 0 })
    assert.deepEqual(await failedChecks(second.registry), [])
  })
}
