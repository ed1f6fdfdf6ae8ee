import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { dataDirectory, ended, ration, serve, spawnRation, type Service } from './ration.ts'

const text = (i: number) => `Paragraph ${i} of a book about rationing.\n\n`.repeat(20) + `Word number ${i} is w${i}x.`
const lineOf = (i: number) => `${JSON.stringify({ id: `doc-${String(i).padStart(6, '0')}`, content: text(i) })}\n`

async function storedIds({ send }: Service, index: string): Promise<Set<string>> {
  const ids = new Set<string>()
  for (let after = ''; ;) {
    const path = `/v1/documents?index=${index}&limit=1000${after === '' ? '' : `&after=${after}`}`
    const { json } = await send<{ documents: { id: string }[]; next: string | null }>('GET', path)
    for (const { id } of json.documents) ids.add(id)
    if (json.next === null) return ids
    after = json.next
  }
}

const isWhole = async ({ send }: Service, index: string) => (await send<{ ok: boolean }>('POST', `/v1/indexes/${index}/verify`)).json.ok

test('kill -9 during a batch: what was acknowledged is there after a restart', async (t) => {
  const directory = await dataDirectory(t)
  const first = await serve(t, directory)
  await first.send('POST', '/v1/indexes', { name: 'docs' })
  const batch = request(`${first.url}/v1/documents/batch?index=docs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  })
  batch.on('error', () => undefined)
  const acknowledged: string[] = []
  const cut = new Promise<void>((resolve) => {
    batch.on('close', resolve)
    batch.on('response', (response) => {
      response.on('error', () => undefined)
      const lines = createInterface({ input: response })
      // Cut in the middle, as it is meant to be.
      lines.on('error', () => undefined)
      lines.on('line', (line) => {
        const { id, status } = JSON.parse(line) as { id: string; status: string }
        assert.equal(status, 'new')
        acknowledged.push(id)
        if (acknowledged.length === 300) first.process.kill('SIGKILL')
      })
    })
  })
  for (let i = 0; i < 3000; i++) batch.write(lineOf(i))
  batch.end()
  await Promise.all([cut, first.end])
  assert.ok(acknowledged.length >= 300 && acknowledged.length < 3000, `${acknowledged.length} were acknowledged`)

  const second = await serve(t, directory)
  const stored = await storedIds(second, 'docs')
  assert.deepEqual(
    acknowledged.filter((id) => !stored.has(id)),
    [],
  )
  assert.equal(await isWhole(second, 'docs'), true)
  const again = await second.send<{ report: { documents: unknown } }>('POST', '/v1/documents', {
    index: 'docs',
    documents: [JSON.parse(lineOf(0))],
    wait: true,
  })
  assert.deepEqual(again.json.report.documents, { new: 0, changed: 0, unchanged: 1, failed: 0 })
})

test('Ctrl-C during an ingest ends with 130 and a whole index', async (t) => {
  const directory = await dataDirectory(t)
  await writeFile(join(directory, 'many.jsonl'), Array.from({ length: 20_000 }, (_, i) => lineOf(i)).join(''))
  const child = spawnRation(['ingest', 'many.jsonl', '--data', directory], directory)
  const end = ended(child)
  const index = join(directory, 'indexes', 'default', 'default')
  // Interrupted when it is at work: the index is there and has grown.
  const { existsSync } = await import('node:fs')
  while (!existsSync(index)) await new Promise((resolve) => setTimeout(resolve, 20))
  await new Promise((resolve) => setTimeout(resolve, 1000))
  child.kill('SIGINT')
  const { code, err } = await end
  assert.deepEqual([code, /Interrupted/.test(err)], [130, true], err)
  const verified = await ration(['index', 'verify', 'default', '--json'], directory)
  assert.equal(verified.code, 0, verified.out + verified.err)
})
