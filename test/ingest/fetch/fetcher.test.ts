import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createFetcher, type Fetcher } from '../../../ingest/fetch/fetcher.ts'
import type { FetchSettings } from '../../../ingest/fetch/settings.ts'
import { fetchSettings } from './settings.ts'

/** Stands for the internet here; 127.0.0.1 stays what it is. */
const PUBLIC = '127.0.0.2'
const never = new AbortController().signal

interface Web {
  readonly fetcher: Fetcher
  readonly port: number
  /** Paths that were asked for. */
  readonly asked: string[]
}

/** A server on every loopback address, and a fetcher for which `site.test` is a public name and 127.0.0.2 a public address. */
async function openWeb(
  t: TestContext,
  answer: (request: IncomingMessage, response: ServerResponse, port: number) => void,
  change: Partial<FetchSettings> = {},
  names: Readonly<Record<string, readonly string[]>> = {},
): Promise<Web> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`)
    answer(request, response, port)
  })
  server.listen(0, '0.0.0.0')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const known: Readonly<Record<string, readonly string[]>> = { 'site.test': [PUBLIC], ...names }
  const fetcher = createFetcher(fetchSettings({ hosts: [`*:${port}`], allowHttp: true, ...change }), {
    resolver: (name, done) =>
      done(
        null,
        (known[name] ?? []).map((address): LookupAddress => ({ address, family: 4 })),
      ),
    isPublic: (address) => address === PUBLIC,
  })
  t.after(async () => {
    await fetcher.close()
    server.closeAllConnections()
    server.close()
  })
  return { fetcher, port, asked }
}

const ok =
  (body: string | Buffer, headers: Record<string, string> = {}) =>
  (_request: IncomingMessage, response: ServerResponse) =>
    void response.writeHead(200, headers).end(body)
const isRefused = { code: 'url_refused' }
const isUnreachable = { code: 'url_unreachable' }

test('a document comes with what the server says about it', async (t) => {
  const { fetcher, port } = await openWeb(t, ok('# A', { 'content-type': 'text/markdown; charset=utf-8' }))
  for (const host of ['site.test', PUBLIC])
    assert.deepEqual(await fetcher.fetch(`http://${host}:${port}/a`, never), { mediaType: 'text/markdown', content: Buffer.from('# A') })
})

test('text of another encoding is read as such; nonsense is left as it came', async (t) => {
  const latin = Buffer.from([0x63, 0x61, 0x66, 0xe9])
  const types: Record<string, string> = {
    '/latin': 'text/html; charset="ISO-8859-1"',
    '/unknown': 'text/plain; charset=klingon',
    '/none': '',
    '/odd': 'nonsense',
  }
  const { fetcher, port } = await openWeb(t, (request, response) =>
    ok(latin, { 'content-type': types[request.url ?? ''] ?? '' })(request, response),
  )
  const fetched = (path: string) => fetcher.fetch(`http://site.test:${port}${path}`, never)
  assert.deepEqual(await fetched('/latin'), { mediaType: 'text/html', content: 'café' })
  assert.deepEqual(await fetched('/unknown'), { mediaType: 'text/plain', content: latin })
  assert.deepEqual(await fetched('/none'), { mediaType: 'application/octet-stream', content: latin })
  assert.deepEqual(await fetched('/odd'), { mediaType: 'application/octet-stream', content: latin })
})

test('a name that leads to a private address is refused when it is asked for, and nothing is sent there', async (t) => {
  const names = {
    'inside.test': ['127.0.0.1'],
    'both.test': [PUBLIC, '127.0.0.1'],
    'metadata.test': ['169.254.169.254'],
    'nowhere.test': [],
  }
  const { fetcher, port, asked } = await openWeb(t, ok('secret'), {}, names)
  for (const name of [...Object.keys(names), '127.0.0.1', 'localhost'])
    await assert.rejects(fetcher.fetch(`http://${name}:${port}/`, never), isRefused, name)
  assert.deepEqual(asked, [])
})

test('a name that leads elsewhere the second time is not believed the first time', async (t) => {
  let calls = 0
  const server = await openWeb(t, ok('page'))
  const fetcher = createFetcher(fetchSettings({ hosts: ['*:1', `*:${server.port}`], allowHttp: true }), {
    resolver: (_name, done) => done(null, [{ address: (calls += 1) === 1 ? PUBLIC : '127.0.0.1', family: 4 }]),
    isPublic: (address) => address === PUBLIC,
  })
  t.after(() => fetcher.close())
  assert.deepEqual((await fetcher.fetch(`http://rebind.test:${server.port}/`, never)).content, Buffer.from('page'))
  assert.equal(calls, 1, 'what was judged is what was connected to')
  await assert.rejects(fetcher.fetch(`http://rebind.test:${server.port}/`, never), isRefused)
})

test('a redirect is judged like an address that was sent', async (t) => {
  const targets: Record<string, (port: number) => string> = {
    '/loopback': (port) => `http://127.0.0.1:${port}/secret`,
    '/decimal': (port) => `http://2130706433:${port}/secret`,
    '/name': (port) => `http://inside.test:${port}/secret`,
    '/scheme': () => 'file:///etc/passwd',
    '/user': (port) => `http://a:b@site.test:${port}/secret`,
    '/other': () => 'http://other.test/secret',
    '/nonsense': () => 'http://[',
    '/good': () => 'page',
    '/protocol': (port) => `//site.test:${port}/page`,
  }
  const { fetcher, port, asked } = await openWeb(
    t,
    (request, response, at) => {
      const target = targets[request.url ?? '']
      if (target === undefined) response.end('page')
      else response.writeHead(302, { location: target(at) }).end()
    },
    {},
    { 'inside.test': ['127.0.0.1'], 'other.test': [PUBLIC] },
  )
  for (const path of ['/loopback', '/decimal', '/name', '/scheme', '/user', '/other', '/nonsense'])
    await assert.rejects(fetcher.fetch(`http://site.test:${port}${path}`, never), isRefused, path)
  assert.ok(!asked.some((path) => path.endsWith('/secret')), asked.join(' '))
  for (const path of ['/good', '/protocol'])
    assert.deepEqual((await fetcher.fetch(`http://site.test:${port}${path}`, never)).content, Buffer.from('page'), path)
})

test('redirects have a limit', async (t) => {
  const { fetcher, port, asked } = await openWeb(
    t,
    (request, response) => {
      const left = Number((request.url ?? '').slice(1))
      if (left === 0) response.end('page')
      else response.writeHead(307, { location: `/${Number.isNaN(left) ? 'loop' : left - 1}` }).end()
    },
    { redirects: 3 },
  )
  assert.deepEqual((await fetcher.fetch(`http://site.test:${port}/3`, never)).content, Buffer.from('page'))
  await assert.rejects(fetcher.fetch(`http://site.test:${port}/4`, never), { ...isUnreachable, message: /3 redirects/ })
  asked.length = 0
  await assert.rejects(fetcher.fetch(`http://site.test:${port}/loop`, never), isUnreachable)
  assert.equal(asked.length, 4)
})

test('what is too large is not read to its end, packed or not', async (t) => {
  const large = Buffer.alloc(100_000, 'x')
  const bodies: Record<string, [Buffer, string]> = {
    '/plain': [large, ''],
    '/gzip': [gzipSync(large), 'gzip'],
    '/deflate': [deflateSync(large), 'deflate'],
    '/br': [brotliCompressSync(large), 'br'],
    '/bomb': [gzipSync(Buffer.alloc(50_000_000)), 'gzip'],
  }
  const { fetcher, port } = await openWeb(
    t,
    (request, response) => {
      const [body, encoding] = bodies[request.url ?? ''] ?? [Buffer.alloc(0), '']
      if (request.url === '/endless') {
        const write = (): void => {
          if (response.destroyed) return
          response.write(Buffer.alloc(4096))
          setImmediate(write)
        }
        write()
      } else ok(body, encoding === '' ? {} : { 'content-encoding': encoding })(request, response)
    },
    { responseBytes: 100_000 },
  )
  for (const path of ['/plain', '/gzip', '/deflate', '/br'])
    assert.deepEqual((await fetcher.fetch(`http://site.test:${port}${path}`, never)).content, large, path)
  for (const path of ['/bomb', '/endless'])
    await assert.rejects(fetcher.fetch(`http://site.test:${port}${path}`, never), { ...isUnreachable, message: /100000 bytes/ }, path)
})

test('a server that is slow, broken or refuses costs its own time only', async (t) => {
  const { fetcher, port } = await openWeb(
    t,
    (request, response) => {
      const { url = '' } = request
      if (url === '/silent') return
      if (url === '/slow') response.write('x')
      else if (url === '/cut') response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy())
      else if (url === '/corrupt') response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip')
      else if (url === '/truncated') response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(1000)).subarray(0, 15))
      else if (url === '/odd') response.writeHead(200, { 'content-encoding': 'compress' }).end('x')
      else if (url === '/twice') response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end('x')
      else if (url === '/lost') response.writeHead(302).end()
      else if (url === '/headers') response.writeHead(200, { long: 'x'.repeat(100_000) }).end()
      else response.writeHead(Number(url.slice(1))).end('x')
    },
    { timeoutMs: 300 },
  )
  for (const path of ['/silent', '/slow', '/cut', '/corrupt', '/truncated', '/odd', '/twice', '/lost', '/headers', '/404', '/500', '/206'])
    await assert.rejects(fetcher.fetch(`http://site.test:${port}${path}`, never), isUnreachable, path)
  await assert.rejects(fetcher.fetch('http://site.test:1/', never), isRefused)
})

test('a fetch ends when nobody waits for it', async (t) => {
  const { fetcher, port } = await openWeb(t, () => undefined)
  const stop = new AbortController()
  const waiting = fetcher.fetch(`http://site.test:${port}/`, stop.signal)
  setTimeout(() => stop.abort(new Error('enough')), 20)
  await assert.rejects(waiting, { message: 'enough' })
})
