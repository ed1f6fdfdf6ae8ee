import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { digestOfBytes } from '../../src/backup/digest.ts'
import { objectName } from '../../src/backup/manifest.ts'
import { createS3Store } from '../../src/backup/s3-store.ts'
import type { BackupSource } from '../../src/core/ports/backup.ts'
import { unlimited } from '../contract/index-corpus.ts'
import { BACKUP, backupsOf, fill, folder, indexesOf, restored, silent, wholeDocuments } from './backup-fixture.ts'
import { startS3, type S3Server } from './s3-server.ts'

const BUCKET = 'backups'
const { signal } = silent

describe('backups in a bucket', () => {
  let server: S3Server | string = 'not started'
  let client: S3Client
  before(async () => {
    server = await startS3()
    if (typeof server === 'string') return
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    client = new S3Client({ endpoint: server.endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
    await client.send(new CreateBucketCommand({ Bucket: BUCKET }))
  })
  after(() => {
    if (typeof server === 'string') return
    client.destroy()
    server.stop()
  })

  const bucket = (name: string, check: (context: TestContext, settings: { readonly s3Endpoint: string }) => Promise<void>): void =>
    void it(name, async (context) => {
      if (typeof server === 'string') context.skip(server)
      else await check(context, { s3Endpoint: server.endpoint })
    })

  bucket('what is restored passes verify; a second backup copies only what is new', async (context, settings) => {
    const place = `s3://${BUCKET}/some/prefix/`
    const registry = await indexesOf(context, await folder(context))
    await fill(registry, ['a', 'b'])
    const backups = backupsOf([registry], { ...settings, keep: 1 })
    const first = await backups.create(place, silent.progress, unlimited())
    assert.equal((await backups.create(place, silent.progress, unlimited())).copiedFiles, 0)
    await fill(registry, ['c'])
    const third = await backups.create(place, silent.progress, unlimited())
    assert.ok(third.copiedFiles > 0 && third.copiedFiles < third.files)
    assert.deepEqual(await wholeDocuments(await indexesOf(context, await restored(context, place, settings))), ['a', 'b', 'c'])
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'some/prefix/' }))
    assert.ok(Contents.every(({ Key = '' }) => /^some\/prefix\/(?:backups|objects)\//.test(Key)))
    assert.equal(Contents.filter(({ Key = '' }) => Key.includes('/backups/')).length, 1)
    await assert.rejects(restored(context, place, settings, first.id), { code: 'backup_damaged' })
  })

  bucket('a file larger than a part goes in parts and comes back whole; one that was altered is noticed', async (context, settings) => {
    const file = path.join(await folder(context), 'large')
    const content = randomBytes(BACKUP.partBytes * 2 + 12_345)
    await writeFile(file, content)
    const source: BackupSource = {
      async *freeze() {
        yield await Promise.resolve({ name: 'x', files: [{ path: 'large', content: { file }, immutable: true }], release: () => undefined })
      },
    }
    const place = `s3://${BUCKET}/parts`
    await backupsOf([source], settings).create(place, silent.progress, unlimited())
    await restored(context, place, settings)
    const Key = `parts/${objectName(digestOfBytes(content).sha256)}`
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: content.fill(0, 100, 101) }))
    await assert.rejects(restored(context, place, settings), { code: 'backup_damaged' })
  })

  bucket('more objects than a page lists or a request deletes', async (_context, settings) => {
    const store = createS3Store({ ...BACKUP, ...settings }, { bucket: BUCKET, prefix: 'many' })
    const bytes = Buffer.from('x')
    const names = Array.from({ length: 1003 }, (_, index) => `n/${index}`)
    await Promise.all(names.map((name) => store.put(name, { content: { bytes }, ...digestOfBytes(bytes) }, signal)))
    const listed = async () => (await Array.fromAsync(store.list('n/', signal))).map(({ name }) => name).sort()
    assert.deepEqual(await listed(), names.toSorted())
    await store.remove(names, signal)
    assert.deepEqual(await listed(), [])
    store.close()
  })

  bucket('a bucket that is not there, and a server that does not answer', async (context, settings) => {
    const registry = await indexesOf(context, await folder(context))
    const unavailable = { code: 'backup_unavailable' }
    await assert.rejects(backupsOf([registry], settings).create('s3://nowhere/x', silent.progress, unlimited()), unavailable)
    const gone = { s3Endpoint: 'http://127.0.0.1:9', requestMs: 500 }
    await assert.rejects(backupsOf([registry], gone).create(`s3://${BUCKET}`, silent.progress, unlimited()), unavailable)
  })
})
