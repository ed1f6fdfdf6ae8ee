import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IndexBook } from '../../indexes/index-book.ts'
import { newIndexFile, newRecord, readIndexFile, type IndexFile } from '../../indexes/index-file.ts'
import { newManifest } from '../../indexes/manifest.ts'
import { forgetIndex } from '../../indexes/sweep.ts'
import { collectable, collected, withCanary, withRecord } from '../../indexes/version-moves.ts'
import type { IndexVersion } from '../../src/core/ids.ts'
import { clock, declaration, embedder, settings, temporaryDirectory } from '../contract/index-corpus.ts'

const manifest = newManifest(declaration(), embedder, '2026-01-01T00:00:00.000Z')
const file = newIndexFile(declaration(), 'v1-00000001', manifest)
const added = (before: IndexFile, number: number): IndexFile =>
  withRecord(before, newRecord(`v${number}` as IndexVersion, `v${number}-0000000${number}`, declaration(), manifest))

test('an edit that was under way when the index was deleted does not bring it back', async (context) => {
  const directory = await temporaryDirectory(context)
  const book = new IndexBook(directory, file, clock)
  const before = book.edit((now) => added(now, 2))
  const closed = book.close(() => forgetIndex(directory))
  const after = book.edit((now) => added(now, 3))
  await before
  await closed
  await assert.rejects(after, { code: 'index_not_found' })
  assert.equal(await readIndexFile(directory), null)
})

test('a version that was named again since somebody found it old is not collected', () => {
  const retention = { ...settings().versions, keepUnpublished: 1 }
  const found = added(added(file, 2), 3)
  assert.deepEqual(
    collectable(found, retention).map(({ version }) => version),
    ['v2'],
  )
  const v2 = 'v2' as IndexVersion
  const last = { counts: { documents: 0, chunks: 0 }, content: '' }
  assert.equal(collected(found, v2, last, retention).versions[1]?.build, null)
  const named = withCanary(found, v2)
  assert.equal(collected(named, v2, last, retention), named)
})
