import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ask, dataDirectory, ration, serve, type Service } from './ration.ts'

interface Job {
  readonly id: string
  readonly state: string
  readonly feature: string | null
  readonly documents: Readonly<Record<string, number>>
  readonly errors: readonly { readonly code: string; readonly count: number }[]
}

const jobOf = async (service: Service, id: string) => (await service.send<{ job: Job }>('GET', `/v1/jobs/${id}`)).json.job

async function finished(service: Service, id: string): Promise<Job> {
  for (;;) {
    const job = await jobOf(service, id)
    if (job.state !== 'queued' && job.state !== 'running') return job
    await wait(50)
  }
}

const found = async (service: Service, query: string): Promise<string> => {
  const { json } = await service.send<{ items: readonly { readonly doc: string }[] }>(
    'POST',
    '/v1/retrieve',
    ask({ query, index: 'default' }),
  )
  return json.items[0]?.doc ?? ''
}

test('what was answered with 202 is ingested, whatever happened to the service', async (t) => {
  const directory = await dataDirectory(t)
  const first = await serve(t, directory)
  const form = new FormData()
  form.append('feature', 'import')
  form.append('file', new Blob(['# Zebras\n\nA zebra has stripes of black and white.']), 'animals/zebra.md')
  const upload = await fetch(`${first.url}/v1/documents`, { method: 'POST', body: form })
  const json = first.send<{ job: Job }>(
    'POST',
    '/v1/documents',
    {
      documents: Array.from({ length: 300 }, (_, i) => ({
        id: `page${i}`,
        content: `# Page ${i}\n\nThe walrus number ${i} sleeps on ice.`,
      })),
    },
    { 'idempotency-key': 'walruses' },
  )
  const ids = [((await upload.json()) as { job: Job }).job.id, (await json).json.job.id]
  assert.deepEqual([upload.status, (await json).status], [202, 202])
  first.process.kill('SIGKILL')
  await first.end

  const second = await serve(t, directory)
  const jobs = await Promise.all(ids.map((id) => finished(second, id)))
  assert.deepEqual(
    jobs.map(({ state, documents }) => [state, documents['failed'], documents['total']]),
    [
      ['done', 0, 1],
      ['done', 0, 300],
    ],
  )
  assert.equal(await found(second, 'which animal has stripes?'), 'animals/zebra.md')
  assert.match(await found(second, 'where does walrus number 299 sleep?'), /^page/)
  const again = await second.send<{ job: Job }>(
    'POST',
    '/v1/documents',
    { documents: [{ id: 'other', content: 'x' }] },
    { 'idempotency-key': 'walruses' },
  )
  assert.equal(again.status, 409, 'the key is remembered too')
  const usage = await second.send<{ usage: { group: { feature: string }; storage_bytes: number }[] }>('GET', '/v1/usage?by=feature')
  const booked = new Map(usage.json.usage.map(({ group, storage_bytes: bytes }) => [group.feature, bytes]))
  // One chunk of 384 numbers, and the text twice.
  assert.ok((booked.get('import') ?? 0) > 384 * 4)
})

async function openSite(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    const { url = '' } = request
    if (url === '/moved') response.writeHead(301, { location: '/page' }).end()
    else if (url === '/away') response.writeHead(302, { location: 'https://elsewhere.example/' }).end()
    else if (url === '/page')
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<h1>Otters</h1><p>An otter holds hands while it sleeps.</p>')
    else response.writeHead(404).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('addresses are fetched by the job, each with its own end', async (t) => {
  const site = await openSite(t)
  const directory = await dataDirectory(t)
  const environment = { RATION_FETCH__HOSTS: JSON.stringify([site]), RATION_FETCH__ALLOW_HTTP: 'true', RATION_FETCH__ALLOW_PRIVATE: 'true' }
  const service = await serve(t, directory, environment)
  const urls = ['/moved', '/away', '/gone'].map((path) => ({ url: `http://${site}${path}`, id: path }))
  const { status, json } = await service.send<{ job: Job }>('POST', '/v1/documents', { urls, feature: 'crawl' })
  assert.equal(status, 202)
  const job = await finished(service, json.job.id)
  assert.deepEqual([job.state, job.documents], ['done', { total: 3, new: 1, changed: 0, unchanged: 0, failed: 2 }])
  assert.deepEqual(job.errors.map(({ code, count }) => `${code} ${count}`).sort(), ['url_refused 1', 'url_unreachable 1'])
  assert.equal(await found(service, 'what does an otter hold while it sleeps?'), '/moved')

  const letters = await ration(['jobs', 'dead-letters', 'list', '--json'], directory)
  const listed = (JSON.parse(letters.out) as { dead_letters: { id: string; document: string; code: string }[] }).dead_letters
  assert.deepEqual(listed.map(({ document, code }) => `${document} ${code}`).sort(), ['/away url_refused', '/gone url_unreachable'])
  const shown = await ration(
    ['jobs', 'dead-letters', 'show', listed.find(({ document }) => document === '/gone')?.id ?? '', '--json'],
    directory,
  )
  assert.deepEqual(JSON.parse(shown.out), { url: { url: `http://${site}/gone`, id: '/gone', title: null, metadata: {} } })
  const watched = await ration(['jobs', 'watch', job.id, '--json'], directory)
  assert.equal(watched.code, 3)
  const refused = await service.send('POST', '/v1/documents', { urls: ['http://169.254.169.254/latest/meta-data/'] })
  assert.deepEqual([refused.status, refused.json.code], [422, 'url_refused'])
})
