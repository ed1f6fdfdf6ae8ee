import assert from 'node:assert/strict'
import { readFile, readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { backupsOf, fill, folder, indexesOf, restored, silent, wholeDocuments } from './backup-fixture.ts'
import { unlimited } from '../contract/index-corpus.ts'

/**
 * What a folder of backups holds, as a bucket; the first `broken` transfers of an object break off in the middle. Files of equal content are one
 * object that several transfers ask for at a time: were each second of them broken, one of the transfers could meet all of the broken ones.
 */
async function bucketOf(context: TestContext, place: string, broken: number): Promise<{ readonly s3Endpoint: string }> {
  const asked = new Map<string, number>()
  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://bucket')
      if (searchParams.has('list-type')) {
        const names = (await readdir(path.join(place, 'backups'))).map(
          (name) => `<Contents><Key>backups/${name}</Key><Size>1</Size></Contents>`,
        )
        response.setHeader('content-type', 'application/xml').end(`<ListBucketResult>${names.join('')}</ListBucketResult>`)
        return
      }
      const content = await readFile(path.join(place, pathname.replace('/bucket/', '')))
      const times = (asked.get(pathname) ?? 0) + 1
      asked.set(pathname, times)
      response.setHeader('content-length', content.length)
      if (pathname.includes('/backups/') || times > broken) response.end(content)
      else response.write(content.subarray(0, content.length >> 1), () => request.socket.destroy())
    })()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  context.after(() => server.close())
  return { s3Endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('transfers that break off are begun again; where none comes through, the bucket is unavailable', async (context) => {
  const [data, place] = [await folder(context), await folder(context)]
  const registry = await indexesOf(context, data)
  await fill(registry, ['a', 'b'])
  await backupsOf([registry]).create(place, silent.progress, unlimited())
  const settings = await bucketOf(context, place, 2)
  assert.deepEqual(await wholeDocuments(await indexesOf(context, await restored(context, 's3://bucket', settings))), ['a', 'b'])
  const never = await bucketOf(context, place, Infinity)
  await assert.rejects(restored(context, 's3://bucket', never), { code: 'backup_unavailable' })
})
