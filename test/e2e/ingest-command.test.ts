import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import type { LoadReport } from '../../ingest/command/report.ts'
import { command } from '../../ingest/command.ts'
import { main } from '../../src/cli/main.ts'
import { zipOf } from '../ingest/archive-kit.ts'
import { createSuite, dataDirectory, ended, ration, serve, spawnRation, type Service } from './ration.ts'

const suite = createSuite()
let directory: string
let service: Service
before(async () => {
  directory = await dataDirectory(suite)
  service = await serve(suite, directory)
})
after(() => suite.close())

interface Page {
  readonly documents: readonly { readonly id: string }[]
  readonly next: string | null
}

async function stored(index: string): Promise<readonly string[]> {
  const ids: string[] = []
  for (let from = ''; ;) {
    const { json } = await service.send<Page>('GET', `/v1/documents?index=${index}&limit=1000${from}`)
    ids.push(...json.documents.map(({ id }) => id))
    if (json.next === null) return ids
    from = `&after=${encodeURIComponent(json.next)}`
  }
}

/** The command in this process, against the service. */
async function ingest(...argv: readonly string[]): Promise<{ readonly code: number; readonly report: LoadReport }> {
  let [out, err] = ['', '']
  const code = await main(['ingest', ...argv, '--json', '--data', directory], {
    commands: [command],
    stdout: { write: (text) => void (out += text) },
    stderr: { write: (text) => void (err += text) },
    signal: new AbortController().signal,
  })
  assert.notEqual(out, '', err)
  return { code, report: JSON.parse(out) as LoadReport }
}

const put = async (path: string, content: string | Uint8Array): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, content)
}

test('after any edits of a tree a load with --prune leaves the index equal to the tree', async () => {
  const name = fc.constantFrom('a.md', 'b.txt', 'sub/a.md', 'sub/deep/c.md', 'sub.md', 'sub-b/a.md', 'ünï ?#&.md')
  const inner = (minLength: number) => fc.uniqueArray(fc.constantFrom('x.md', 'y/x.md', 'z.txt'), { minLength, maxLength: 3 })
  const tree = fc.record({
    files: fc.dictionary(name, fc.constantFrom('# One', '# Two', 'three')),
    zip: fc.option(inner(1)),
    json: fc.option(inner(0)),
  })
  const index = 'tree'
  const root = join(directory, 'tree')
  await fc.assert(
    fc.asyncProperty(fc.array(tree, { minLength: 1, maxLength: 3 }), async (trees) => {
      for (const { files, zip, json } of trees) {
        await rm(root, { recursive: true, force: true })
        await mkdir(root)
        for (const [path, content] of Object.entries(files)) await put(join(root, path), content)
        if (zip !== null) await put(join(root, 'pack.zip'), await zipOf(Object.fromEntries(zip.map((path) => [path, `# ${path}`]))))
        if (json !== null)
          await put(join(root, 'sub/rows.json'), JSON.stringify(json.map((id) => ({ id, text: id, url: `https://x.example/${id}` }))))
        const dry = await ingest(root, '--index', index, '--prune', '--yes', '--dry-run')
        const { report } = await ingest(root, '--index', index, '--prune', '--yes')
        assert.deepEqual(dry.report.documents, report.documents)
        if (dry.report.removed !== null) assert.equal(dry.report.removed, report.removed)
        const expected = [
          ...Object.keys(files),
          ...(zip ?? []).map((id) => `pack.zip/${id}`),
          ...(json?.length === 0 ? ['sub/rows.json'] : (json ?? []).map((id) => `sub/rows.json/${id}`)),
        ]
        assert.deepEqual(new Set(await stored(index)), new Set(expected.map((path) => `tree/${path}`)))
        const again = await ingest(root, '--index', index, '--prune')
        assert.deepEqual([again.report.documents.unchanged, again.report.chunks, again.report.removed], [expected.length, 0, 0])
      }
    }),
    { numRuns: 6 },
  )
})

const page = (i: number) => `# Page ${i}\n\n${`Paragraph ${i} of a book about rationing.\n\n`.repeat(10)}Word number ${i} is w${i}x.`

async function book(folder: string, pages: number): Promise<void> {
  await mkdir(folder)
  for (let i = 0; i < pages; i++) await writeFile(join(folder, `${String(i).padStart(5, '0')}.md`), page(i))
}

test('kill -9 of the command: run again it does only what was left', async () => {
  await book(join(directory, 'book'), 2000)
  const child = spawnRation(['ingest', 'book', '--index', 'book', '--data', directory], directory)
  const end = ended(child)
  const count = async () => (await service.send<{ documents?: number }>('GET', '/v1/indexes/book')).json.documents ?? 0
  while ((await count()) === 0 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10))
  child.kill('SIGKILL')
  await end
  // What the service had been given when the connection broke is finished or given up; then nothing moves any more.
  let [before, now] = [-1, await count()]
  while (before !== now) {
    await new Promise((resolve) => setTimeout(resolve, 300))
    ;[before, now] = [now, await count()]
  }
  assert.ok(now > 0 && now < 2000, `${now} documents were durable`)
  const { code, report } = await ingest(join(directory, 'book'), '--index', 'book')
  assert.equal(code, 0)
  assert.deepEqual(report.documents, { new: 2000 - now, changed: 0, unchanged: now, failed: 0 })
  assert.equal((await stored('book')).length, 2000)
  const { json } = await service.send<{ ok: boolean }>('POST', '/v1/indexes/book/verify')
  assert.equal(json.ok, true)
})

test('kill -9 of a command that owns the data: run again it does the rest', async (t) => {
  const own = await dataDirectory(t)
  await book(join(own, 'book'), 800)
  const child = spawnRation(['ingest', 'book', '--data', own], own)
  const end = ended(child)
  while (!existsSync(join(own, 'indexes', 'default', 'default')) && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 10))
  await new Promise((resolve) => setTimeout(resolve, 700))
  child.kill('SIGKILL')
  await end
  const second = await ration(['ingest', 'book', '--json'], own)
  assert.equal(second.code, 0, second.err)
  const { documents, chunks } = JSON.parse(second.out) as LoadReport
  assert.equal(documents.new + documents.unchanged, 800)
  assert.equal(chunks >= documents.new, true)
})

test('--watch brings every change until Ctrl-C', async () => {
  const folder = join(directory, 'watched')
  await put(join(folder, 'a.md'), '# A')
  const child = spawnRation(['ingest', 'watched', '--index', 'watched', '--watch', '--json', '--data', directory], directory)
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  let err = ''
  const watching = new Promise<void>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString()
      if (err.includes('Watching')) resolve()
    })
  })
  const next = async () => JSON.parse(((await lines.next()) as { value: string }).value) as Record<string, unknown>
  const changes = async (count: number) => {
    const seen: string[] = []
    while (seen.length < count) {
      const { status, id } = await next()
      seen.push(`${String(status)} ${String(id)}`)
    }
    return seen.sort()
  }
  assert.deepEqual((await next())['documents'], { new: 1, changed: 0, unchanged: 0, failed: 0 })
  await watching
  await put(join(folder, 'b.md'), '# B')
  assert.deepEqual(await changes(1), ['new watched/b.md'])
  // As editors save: a new file in the place of the old one.
  await put(join(folder, '.b.md.tmp'), '# B2')
  await rename(join(folder, '.b.md.tmp'), join(folder, 'b.md'))
  assert.deepEqual(await changes(1), ['changed watched/b.md'])
  await rename(join(folder, 'b.md'), join(folder, 'c.md'))
  assert.deepEqual(await changes(2), ['new watched/c.md', 'removed watched/b.md'])
  await put(join(folder, 'pack.zip'), await zipOf({ 'x.md': 'x', 'y.md': 'y' }))
  assert.deepEqual(await changes(2), ['new watched/pack.zip/x.md', 'new watched/pack.zip/y.md'])
  await put(join(folder, 'pack.zip'), await zipOf({ 'x.md': 'x' }))
  assert.deepEqual(await changes(1), ['removed watched/pack.zip/y.md'])
  for (let i = 0; i < 50; i++) await put(join(folder, `many/${i}.md`), `# ${i}`)
  assert.equal((await changes(50)).length, 50)
  await rm(join(folder, 'many'), { recursive: true })
  await rm(join(folder, 'pack.zip'))
  assert.equal((await changes(51)).length, 51)
  assert.deepEqual(await stored('watched'), ['watched/a.md', 'watched/c.md'])
  child.kill('SIGINT')
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.equal(code, 0, err)
})

test('a dry run leaves the index as it is, and creates none', async () => {
  const folder = join(directory, 'small')
  await put(join(folder, 'a.md'), '# A')
  await put(join(folder, 'b.md'), '# B')
  await ingest(folder, '--index', 'small')
  const state = async () => (await service.send<{ revision: number }>('GET', '/v1/indexes/small')).json.revision
  const revision = await state()
  await put(join(folder, 'a.md'), '# Other')
  await put(join(folder, 'c.md'), '# New')
  const { report } = await ingest(folder, '--index', 'small', '--dry-run')
  assert.deepEqual(report.documents, { new: 1, changed: 1, unchanged: 1, failed: 0 })
  assert.ok(report.chunks === 2 && report.embed_tokens > 0)
  assert.equal(await state(), revision)
  assert.equal((await ingest(folder, '--index', 'never', '--dry-run')).report.documents.new, 3)
  assert.equal((await service.send('GET', '/v1/indexes/never')).status, 404)
})
