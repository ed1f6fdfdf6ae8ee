import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'
import { test } from 'node:test'
import type { JobItem, Submission } from '../../src/core/ports/job-queue.ts'
import { openApp, until, type TestApp } from './fixture.ts'
import { openSocket } from './socket-fixture.ts'

type Part = readonly [name: string, value: string | Uint8Array<ArrayBuffer>, fileName?: string, type?: string]

async function formOf(parts: readonly Part[]): Promise<{ readonly payload: Buffer; readonly headers: Record<string, string> }> {
  const form = new FormData()
  for (const [name, value, fileName, type] of parts) {
    if (fileName === undefined) form.append(name, String(value))
    else form.append(name, new Blob([value], type === undefined ? {} : { type }), fileName)
  }
  const body = new Response(form)
  return { payload: Buffer.from(await body.arrayBuffer()), headers: { 'content-type': body.headers.get('content-type') ?? '' } }
}

async function upload(app: TestApp['app'], parts: readonly Part[], headers: Record<string, string> = {}) {
  const form = await formOf(parts)
  return app.inject({ method: 'POST', url: '/v1/documents', payload: form.payload, headers: { ...form.headers, ...headers } })
}

const codeOf = (response: { readonly body: string }) => (JSON.parse(response.body) as { code: string }).code

test('files become documents under their names, with what the fields say', async (t) => {
  const { app, jobs } = await openApp(t)
  await app.inject({ method: 'POST', url: '/v1/indexes', payload: { name: 'docs' } })
  const bytes = new Uint8Array([0, 255, 13, 10, 45, 45, 254])
  const response = await upload(app, [
    ['index', 'docs'],
    ['feature', 'import'],
    ['metadata', '{"product":"api"}'],
    ['file', bytes, 'guide/über uns.pdf', 'application/pdf'],
    ['file', '# B', 'b.md', 'text/markdown'],
    ['file', '', 'empty.txt'],
  ])
  assert.equal(response.statusCode, 202, response.body)
  const { id } = response.json<{ job: { id: string } }>().job
  assert.deepEqual([response.headers['location'], response.headers['connection']], [`/v1/jobs/${id}`, undefined])
  const about = { title: null, metadata: { product: 'api' } }
  const document = (name: string, mediaType: string, content: Uint8Array): JobItem =>
    ({ kind: 'document', document: { id: name, uri: name, ...about, mediaType, content: Buffer.from(content) } }) as never
  assert.deepEqual(jobs.jobs[0]?.items, [
    document('guide/über uns.pdf', 'application/pdf', bytes),
    document('b.md', 'text/markdown', Buffer.from('# B')),
    document('empty.txt', 'application/octet-stream', Buffer.alloc(0)),
  ])
  const [{ submission }] = jobs.jobs as [(typeof jobs.jobs)[number]]
  assert.deepEqual([submission.index, submission.feature], ['docs', 'import'])
})

const limits = { uploadFiles: 3, uploadFileBytes: 2000, uploadBytes: 5000, metadataKeys: 2 }
const file: Part = ['file', 'x', 'a.txt']
const refused: readonly [string, readonly Part[], number, string][] = [
  ['no parts', [], 400, 'invalid_request'],
  ['no file', [['index', 'default']], 400, 'invalid_request'],
  ['an unknown field', [['wait', 'true'], file], 400, 'invalid_request'],
  ['a field twice', [['feature', 'a'], ['feature', 'b'], file], 400, 'invalid_request'],
  ['a field behind a file', [file, ['feature', 'a']], 400, 'invalid_request'],
  ['a file of another name', [['upload', 'x', 'a.txt']], 400, 'invalid_request'],
  ['a second file of another name', [file, ['upload', 'x', 'a.txt']], 400, 'invalid_request'],
  ['a field of the prototype', [['__proto__', 'x'], file], 400, 'invalid_request'],
  ['another field of the prototype', [['constructor', 'x'], file], 400, 'invalid_request'],
  ['metadata that is no JSON', [['metadata', '{'], file], 400, 'invalid_request'],
  ['metadata that is no object', [['metadata', '[1]'], file], 400, 'invalid_request'],
  ['metadata with too many keys', [['metadata', '{"a":1,"b":2,"c":3}'], file], 400, 'invalid_request'],
  ['a huge field', [['metadata', `{"a":"${'x'.repeat(70_000)}"}`], file], 400, 'invalid_request'],
  ['an index that is none', [['index', 'No'], file], 400, 'invalid_request'],
  ['an index that is not there', [['index', 'typo'], file], 404, 'index_not_found'],
  ['a name over its limit', [['file', 'x', 'x'.repeat(513)]], 400, 'invalid_request'],
  ['an empty name', [['file', 'x', '']], 400, 'invalid_request'],
  ['too many files', [file, file, file, file], 413, 'body_too_large'],
  ['too many fields', [...Array.from({ length: 20 }, (_, i): Part => [`f${i}`, 'x']), file], 413, 'body_too_large'],
  ['a file over its limit', [file, ['file', 'x'.repeat(2001), 'b.txt']], 413, 'document_too_large'],
  [
    'files over their limit together',
    [
      ['file', 'x'.repeat(1999), 'a'],
      ['file', 'x'.repeat(2000), 'b'],
      ['file', 'x'.repeat(1002), 'c'],
    ],
    413,
    'body_too_large',
  ],
]
test('what is no upload is refused, and leaves no job', async (t) => {
  const { app, jobs } = await openApp(t, { settings: limits })
  for (const [what, parts, status, code] of refused) {
    const response = await upload(app, parts)
    assert.deepEqual([response.statusCode, codeOf(response)], [status, code], `${what}: ${response.body}`)
    assert.equal(response.headers['connection'], 'close', what)
  }
  assert.match((await upload(app, [['metadata', '{'], file])).body, /"path":"body\.metadata"/)
  assert.equal(jobs.jobs.length, 0)
  const fits = await upload(app, [
    ['file', 'x'.repeat(2000), 'a'],
    ['file', 'x'.repeat(2000), 'b'],
    ['file', 'x'.repeat(1000), 'c'],
  ])
  assert.equal(fits.statusCode, 202, 'limits are inclusive')
})

test('a body that is cut, mangled or none is refused', async (t) => {
  const { app, jobs } = await openApp(t)
  const { payload, headers } = await formOf([
    ['index', 'default'],
    ['file', 'x'.repeat(500), 'a.txt'],
    ['file', 'y', 'b.txt'],
  ])
  const send = (body: Buffer, type = headers['content-type'] ?? '') =>
    app.inject({ method: 'POST', url: '/v1/documents', payload: body, headers: { 'content-type': type } })
  for (let end = 0; end < payload.length - 4; end += 7) {
    const response = await send(payload.subarray(0, end))
    assert.deepEqual([response.statusCode, codeOf(response)], [400, 'invalid_request'], `cut at ${end}: ${response.body}`)
  }
  for (const type of [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'multipart/form-data; boundary=other',
    `multipart/form-data; boundary=${'x'.repeat(5000)}`,
  ])
    assert.deepEqual([(await send(payload, type)).statusCode, codeOf(await send(payload, type))], [400, 'invalid_request'], type)
  assert.equal((await send(payload, 'multipart/mixed; boundary=x')).statusCode, 415)
  assert.equal(jobs.jobs.length, 0)
  const elsewhere = await app.inject({ method: 'POST', url: '/v1/retrieve', payload, headers })
  assert.equal(elsewhere.statusCode, 415, 'other routes take no files')
})

test('an idempotency key is compared by fields and length', async (t) => {
  const { app, jobs } = await openApp(t)
  const headers = { 'idempotency-key': 'k' }
  const status = async (parts: readonly Part[]) => (await upload(app, parts, headers)).statusCode
  assert.deepEqual([await status([file]), await status([file]), await status([['feature', 'f'], file])], [202, 202, 409])
  assert.equal(jobs.jobs.length, 1)
})

test('a repeated upload is read to its end, so that its client gets the answer', async (t) => {
  const { socketPath, jobs } = await openSocket(t)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const { payload, headers } = await formOf([
    ['file', 'x'.repeat(3_000_000), 'a.txt'],
    ['file', 'y'.repeat(3_000_000), 'b.txt'],
  ])
  for (let turn = 0; turn < 3; turn += 1) {
    const client = request({
      socketPath,
      agent,
      method: 'POST',
      path: '/v1/documents',
      headers: { ...headers, 'idempotency-key': 'k', 'content-length': payload.length },
    })
    client.end(payload)
    const [response] = (await once(client, 'response')) as [IncomingMessage]
    await response.toArray()
    assert.equal(response.statusCode, 202)
  }
  assert.equal(jobs.jobs.length, 1)
})

test('a file is handed on while the next one is still on its way', async (t) => {
  const taken: JobItem[] = []
  const { socketPath, jobs } = await openSocket(t)
  const submit = jobs.submit.bind(jobs)
  jobs.submit = (submission: Submission) =>
    submit({
      ...submission,
      items: (async function* () {
        for await (const item of submission.items) {
          taken.push(item)
          yield item
        }
      })(),
    })
  const { payload, headers } = await formOf([
    ['file', 'first', 'a.txt'],
    ['file', 'x'.repeat(50_000), 'b.txt'],
  ])
  const client = request({ socketPath, method: 'POST', path: '/v1/documents', headers })
  const middle = payload.indexOf('b.txt')
  client.write(payload.subarray(0, middle + 100))
  await until(() => taken.length === 1)
  assert.equal(jobs.jobs.length, 0, 'not accepted before all of it is there')
  client.end(payload.subarray(middle + 100))
  const [response] = (await once(client, 'response')) as [IncomingMessage]
  response.resume()
  assert.deepEqual([response.statusCode, taken.length], [202, 2])
})

test('an upload that stands still, or whose client goes, leaves no job and no slot taken', async (t) => {
  const { socketPath, jobs, lines } = await openSocket(t, { settings: { batchIdleMs: 50, maxBatches: 1 } })
  const { payload, headers } = await formOf([['file', 'x'.repeat(5000), 'a.txt']])
  const send = () => {
    const client = request({ socketPath, method: 'POST', path: '/v1/documents', headers })
    client.on('error', () => undefined)
    return client
  }
  const still = send()
  still.write(payload.subarray(0, 1000))
  const [late] = (await once(still, 'response')) as [IncomingMessage]
  assert.equal(late.statusCode, 504)
  still.destroy()
  const gone = send()
  gone.write(payload.subarray(0, 1000))
  await until(() => gone.socket?.writableLength === 0)
  gone.destroy()
  await until(() => lines.length === 2)
  assert.deepEqual(
    lines.map(({ fields }) => fields['code']),
    ['deadline_exceeded', 'cancelled'],
  )
  const whole = send()
  whole.end(payload)
  const [response] = (await once(whole, 'response')) as [IncomingMessage]
  response.resume()
  assert.deepEqual([response.statusCode, jobs.jobs.length], [202, 1])
})
