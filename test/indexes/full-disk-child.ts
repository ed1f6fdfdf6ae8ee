import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createIndexRegistry } from '../../indexes/registry.ts'
import { AppError } from '../../src/core/errors.ts'
import { clock, declaration, docs, embedder, failedChecks, makeDocument, settings, tenant, unlimited } from '../contract/index-corpus.ts'

/** Fills a small file system with an index and says how that ended. `node full-disk-child.ts <mount point>` */
const [directory = ''] = process.argv.slice(2)
const ballast = path.join(directory, 'ballast')
await writeFile(ballast, new Uint8Array(1_000_000))
const registry = await createIndexRegistry(settings(), { directory: path.join(directory, 'data'), clock })
await registry.create(tenant, declaration(), embedder, unlimited())
const writer = await registry.writer(tenant, docs, unlimited())
const text = (round: number) => Array.from({ length: 4000 }, (_, index) => ((index + 1) * (round + 7) * 2654435761).toString(36)).join(' ')
let stored = 0
let failure: unknown = null
while (failure === null && stored < 1000) {
  try {
    await writer.replaceDocuments([makeDocument(`d${stored}`, [text(stored)])], embedder.fingerprint, unlimited())
    stored++
  } catch (error) {
    failure = error
  }
}
assert.ok(failure instanceof AppError, String(failure))
const counts = (await registry.status(tenant, docs, unlimited())).counts
assert.deepEqual(counts, { documents: stored, chunks: stored })
assert.deepEqual(await failedChecks(registry), [])
await rm(ballast)
await writer.replaceDocuments([makeDocument('after', ['space again'])], embedder.fingerprint, unlimited())
assert.equal((await registry.status(tenant, docs, unlimited())).counts.documents, stored + 1)
assert.deepEqual(await failedChecks(registry), [])
await registry.close()
process.stdout.write(`${failure.code}, whole, goes on\n`)
