import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { createInterface } from 'node:readline'
import { bytesBelow } from '../../indexes/durable.ts'
import { createIndexRegistry } from '../../indexes/registry.ts'
import type { DocumentId, IndexName } from '../../src/core/ids.ts'
import {
  clock,
  declaration,
  docs,
  embedder,
  failedChecks,
  makeDocument,
  openRegistry,
  settings,
  temporaryDirectory,
  tenant,
  unlimited,
} from '../contract/index-corpus.ts'

async function buildOf(directory: string): Promise<string> {
  const versions = path.join(directory, tenant, docs, 'versions')
  const [build = ''] = await readdir(versions)
  return path.join(versions, build)
}

/** Newest first. */
async function manifests(directory: string, table: 'chunks' | 'documents'): Promise<readonly string[]> {
  const versions = path.join(await buildOf(directory), 'lance', `${table}.lance`, '_versions')
  return (await readdir(versions))
    .filter((file) => file.endsWith('.manifest'))
    .sort()
    .map((file) => path.join(versions, file))
}

const newestManifest = async (directory: string, table: 'chunks' | 'documents'): Promise<string> =>
  (await manifests(directory, table))[0] ?? ''

/** An index of three revisions, closed. */
async function threeRevisions(directory: string): Promise<void> {
  const registry = await createIndexRegistry(settings(), { directory, clock })
  await registry.create(tenant, declaration(), embedder, unlimited())
  const writer = await registry.writer(tenant, docs, unlimited())
  for (const word of ['first', 'second']) await writer.replaceDocuments([makeDocument(word, [word])], embedder.fingerprint, unlimited())
  await registry.close()
}

test('killed while it writes, the index opens whole with everything that was acknowledged', async (context) => {
  const directory = await temporaryDirectory(context)
  let acknowledged = -1
  for (let kill = 0; kill < 4; kill++) {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'writing-child.ts'), directory, String(acknowledged + 1)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    let rounds = 0
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Math.max(acknowledged, Number(line))
      rounds++
      // At another point of the next write each time.
      if (rounds === 3 + kill * 4) setTimeout(() => child.kill('SIGKILL'), kill * 11)
    }
    await ended
    const registry = await createIndexRegistry(settings(), { directory, clock })
    assert.deepEqual(await failedChecks(registry), [])
    const reader = await registry.pin(tenant, docs, unlimited())
    const stored = await reader.documents({ after: null, limit: 100 }, unlimited())
    const newest = Math.max(...stored.map((document) => Number(document.contentHash)))
    assert.ok(newest === acknowledged || newest === acknowledged + 1, `round ${newest} stands, ${acknowledged} was acknowledged`)
    for (const document of stored) {
      const chunks = await reader.lexical(`round${document.contentHash}`, 50, null, [document.id], unlimited())
      assert.equal(chunks.length, 2)
    }
    reader.release()
    const writer = await registry.writer(tenant, docs, unlimited())
    await writer.replaceDocuments([makeDocument('after', ['the kill'], { hash: '0' })], embedder.fingerprint, unlimited())
    assert.deepEqual(await failedChecks(registry), [])
    await writer.deleteDocuments(['after' as DocumentId], unlimited())
    acknowledged = newest
    await registry.close()
  }
})

for (const table of ['chunks', 'documents'] as const) {
  for (const [damage, apply] of Object.entries({
    empty: (file: string) => truncate(file, 0),
    halved: async (file: string) => truncate(file, Math.floor((await readFile(file)).length / 2)),
    zeroed: async (file: string) => writeFile(file, new Uint8Array((await readFile(file)).length)),
    garbage: (file: string) => writeFile(file, 'x'.repeat(2000)),
  })) {
    test(`the newest manifest of ${table} is ${damage}: the revision before is restored, and writing goes on`, async (context) => {
      const directory = await temporaryDirectory(context)
      await threeRevisions(directory)
      await apply(await newestManifest(directory, table))
      const warnings: string[] = []
      const registry = await createIndexRegistry(settings(), { directory, clock, log: { warn: (event) => warnings.push(event) } })
      context.after(() => registry.close())
      const status = await registry.status(tenant, docs, unlimited())
      assert.deepEqual(status.counts, { documents: 1, chunks: 1 })
      assert.deepEqual(await failedChecks(registry), [])
      assert.deepEqual(warnings, ['index_manifest_set_aside', 'index_revision_unreadable'])
      const writer = await registry.writer(tenant, docs, unlimited())
      const { revision } = await writer.replaceDocuments([makeDocument('third', ['third'])], embedder.fingerprint, unlimited())
      assert.equal(revision, 4, 'the number of the lost revision is not given out again')
      const reader = await registry.pin(tenant, docs, unlimited())
      assert.equal((await reader.lexical('third', 5, null, null, unlimited())).length, 1)
      assert.equal((await reader.lexical('second', 5, null, null, unlimited())).length, 0)
      reader.release()
      assert.deepEqual(await failedChecks(registry), [])
    })
  }
}

test('a torn manifest behind the newest stops neither reading nor cleaning', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  const [, ...older] = await manifests(directory, 'documents')
  assert.ok(older.length > 1)
  for (const file of older) await writeFile(file, new Uint8Array((await readFile(file)).length))
  const registry = await createIndexRegistry(settings(), { directory, clock })
  context.after(() => registry.close())
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments([makeDocument('third', ['third'])], embedder.fingerprint, unlimited())
  await writer.optimize(unlimited())
  assert.deepEqual(await failedChecks(registry), [])
  assert.deepEqual((await registry.status(tenant, docs, unlimited())).counts, { documents: 3, chunks: 3 })
})

test('a damaged commit record falls back to the one before', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  const record = path.join(await buildOf(directory), 'commits', '000000000003.json')
  await writeFile(record, (await readFile(record, 'utf8')).replace('"documents":2', '"documents":9'))
  const registry = await openRegistry(context, directory)
  assert.equal((await registry.status(tenant, docs, unlimited())).revision, 2)
  const writer = await registry.writer(tenant, docs, unlimited())
  assert.equal((await writer.replaceDocuments([makeDocument('x', ['x'])], embedder.fingerprint, unlimited())).revision, 4)
  assert.deepEqual(await failedChecks(registry), [])
})

test('where nothing whole is left, index_damaged, and the other indexes are not hidden', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  const build = await buildOf(directory)
  for (const file of await readdir(path.join(build, 'commits'))) await writeFile(path.join(build, 'commits', file), '{')
  const registry = await openRegistry(context, directory)
  await assert.rejects(registry.pin(tenant, docs, unlimited()), { code: 'index_damaged' })
  await registry.create(tenant, declaration({ name: 'other' as IndexName }), embedder, unlimited())
  assert.deepEqual(
    (await registry.list(tenant, unlimited())).map((status) => status.declaration.name),
    ['other'],
  )
})

test('a damaged index can be deleted and made again', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  await rm(path.join(await buildOf(directory), 'commits'), { recursive: true })
  await mkdir(path.join(await buildOf(directory), 'commits'))
  const registry = await openRegistry(context, directory)
  await assert.rejects(registry.pin(tenant, docs, unlimited()), { code: 'index_damaged' })
  await registry.delete(tenant, docs, unlimited())
  await assert.rejects(registry.pin(tenant, docs, unlimited()), { code: 'index_not_found' })
  assert.deepEqual(await readdir(path.join(directory, tenant, docs, 'versions')), [])
  assert.deepEqual((await registry.create(tenant, declaration(), embedder, unlimited())).counts, { documents: 0, chunks: 0 })
})

for (const file of ['manifest.json', '../../index.json']) {
  test(`a start does not sweep the data of an index whose ${path.basename(file)} is damaged`, async (context) => {
    const directory = await temporaryDirectory(context)
    await threeRevisions(directory)
    const build = await buildOf(directory)
    const whole = await readFile(path.join(build, file))
    if (file === 'manifest.json') await rm(path.join(build, file))
    else await writeFile(path.join(build, file), '{')
    const damaged = await createIndexRegistry(settings(), { directory, clock })
    await assert.rejects(damaged.pin(tenant, docs, unlimited()), { code: 'index_damaged' })
    await damaged.close()
    await writeFile(path.join(build, file), whole)
    const registry = await openRegistry(context, directory)
    assert.deepEqual((await registry.status(tenant, docs, unlimited())).counts, { documents: 2, chunks: 2 })
  })
}

test('a deletion that was cut short is finished at the next start', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  await writeFile(path.join(await buildOf(directory), 'deleted'), '')
  const registry = await openRegistry(context, directory)
  await assert.rejects(registry.pin(tenant, docs, unlimited()), { code: 'index_not_found' })
  assert.deepEqual(await readdir(path.join(directory, tenant, docs, 'versions')), [])
  assert.deepEqual((await registry.create(tenant, declaration(), embedder, unlimited())).counts, { documents: 0, chunks: 0 })
})

test('the record of a lost revision goes with the next write: its table versions are given out again', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  await truncate(await newestManifest(directory, 'chunks'), 0)
  const registry = await openRegistry(context, directory)
  const writer = await registry.writer(tenant, docs, unlimited())
  await writer.replaceDocuments([makeDocument('third', ['third'])], embedder.fingerprint, unlimited())
  const records = (await readdir(path.join(await buildOf(directory), 'commits'))).sort()
  assert.deepEqual(records, ['000000000001.json', '000000000002.json', '000000000004.json'])
})

test('revisions from before a restart stay to fall back to, whatever is cleaned after it', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  const second = await createIndexRegistry(settings(), { directory, clock })
  const writer = await second.writer(tenant, docs, unlimited())
  await writer.optimize(unlimited())
  await second.close()
  const commits = path.join(await buildOf(directory), 'commits')
  for (const record of (await readdir(commits)).sort().slice(1)) await writeFile(path.join(commits, record), '{')
  const registry = await openRegistry(context, directory)
  assert.equal((await registry.status(tenant, docs, unlimited())).revision, 2)
  assert.deepEqual(await failedChecks(registry), [])
})

test('the size of an index can be asked while its files come and go', async (context) => {
  const directory = await temporaryDirectory(context)
  await writeFile(path.join(directory, 'stays'), '12345')
  const churn = async (): Promise<void> => {
    for (let round = 0; round < 150; round++) {
      const own = path.join(directory, `index${round}`)
      await mkdir(own)
      await writeFile(path.join(own, 'part'), '')
      await rm(own, { recursive: true })
    }
  }
  const asking = async (): Promise<void> => {
    for (let round = 0; round < 150; round++) assert.equal(await bytesBelow(directory), 5)
  }
  await Promise.all([churn(), asking()])
})

test('verify finds what is missing', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  const data = path.join(await buildOf(directory), 'lance', 'chunks.lance', 'data')
  for (const file of await readdir(data)) await rm(path.join(data, file))
  const registry = await openRegistry(context, directory)
  await assert.rejects(registry.verify(tenant, docs, unlimited()), { code: 'index_damaged' })
})

test('verify says which promise is broken', async (context) => {
  const directory = await temporaryDirectory(context)
  const other = await temporaryDirectory(context)
  for (const [where, text] of [
    [directory, 'one'],
    [other, 'two'],
  ] as const) {
    const registry = await createIndexRegistry(settings(), { directory: where, clock })
    await registry.create(tenant, declaration(), embedder, unlimited())
    const writer = await registry.writer(tenant, docs, unlimited())
    await writer.replaceDocuments([makeDocument('a', [text])], embedder.fingerprint, unlimited())
    await registry.close()
  }
  // The documents of another index of the same shape in the place of this one's.
  const table = path.join('lance', 'documents.lance')
  await rm(path.join(await buildOf(directory), table), { recursive: true })
  await cp(path.join(await buildOf(other), table), path.join(await buildOf(directory), table), { recursive: true })
  const registry = await openRegistry(context, directory)
  assert.deepEqual(
    (await failedChecks(registry)).map((check) => check.name),
    ['spans', 'content'],
  )
})

test('builds that were deleted or never finished go at the next start, others stay', async (context) => {
  const directory = await temporaryDirectory(context)
  await threeRevisions(directory)
  const first = await createIndexRegistry(settings(), { directory, clock })
  const reader = await first.pin(tenant, docs, unlimited())
  await first.delete(tenant, docs, unlimited())
  const deleted = await buildOf(directory)
  await first.create(tenant, declaration(), embedder, unlimited())
  const versions = path.dirname(deleted)
  assert.equal((await readdir(versions)).length, 2)
  await first.close()
  reader.release()
  await cp(deleted, path.join(versions, 'v1-00000000'), { recursive: true }).catch(() => undefined)
  await rm(path.join(versions, 'v1-00000000', 'manifest.json'), { force: true })
  const second = await openRegistry(context, directory)
  assert.equal((await readdir(versions)).length, 1)
  assert.deepEqual((await second.status(tenant, docs, unlimited())).counts, { documents: 0, chunks: 0 })
})

test('a full disk rejects storage_full, the revision before stands, and space makes it go on', (context) => {
  const script = path.join(import.meta.dirname, 'full-disk-child.ts')
  const mounted = `mount -t tmpfs -o size=3m tmpfs "$1" && exec "$2" "$3" "$1"`
  try {
    execFileSync('unshare', ['-Urm', 'true'], { stdio: 'ignore' })
  } catch {
    context.skip('this machine does not let a test mount a small file system (unshare -Urm)')
    return
  }
  const directory = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim()
  context.after(() => rm(directory, { recursive: true, force: true }))
  const output = execFileSync('unshare', ['-Urm', 'sh', '-c', mounted, 'sh', directory, process.execPath, script], { encoding: 'utf8' })
  assert.equal(output.trim(), 'storage_full, whole, goes on')
})
