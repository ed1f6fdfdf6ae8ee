import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openApp } from './fixture.ts'

interface Media {
  readonly example?: unknown
  readonly schema: { readonly properties?: Readonly<Record<string, { readonly description?: string; readonly anyOf?: unknown }>> }
}
interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Readonly<Record<string, unknown>> }>>
}
interface Document {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly tags: readonly { readonly name: string }[]
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

test('every operation is documented whole', async (t) => {
  const { app } = await openApp(t)
  const document = (await app.inject('/openapi.json')).json<Document>()
  assert.equal(document.openapi, '3.1.0')
  const ids = new Set<string>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = `${method} ${path}`
      assert.ok(operation.operationId !== undefined && !ids.has(operation.operationId), name)
      ids.add(operation.operationId)
      assert.ok(operation.summary, name)
      assert.ok(
        operation.tags?.every((tag) => document.tags.some((known) => known.name === tag)),
        name,
      )
      const errors = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400)
      assert.ok(path === '/livez' || errors.length >= 6, name)
      for (const [status, { description, content }] of errors) {
        assert.match(description, /^`[a-z_]+`: /, `${name} ${status}`)
        assert.deepEqual(content, { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }, `${name} ${status}`)
      }
      assert.ok(
        Object.values(operation.responses).every(({ description }) => description !== 'Default Response'),
        name,
      )
    }
  }
  assert.deepEqual(
    Object.entries(document.paths)
      .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
      .sort(),
    [
      'delete /v1/documents/{id}',
      'delete /v1/indexes/{name}',
      'delete /v1/indexes/{name}/golden',
      'delete /v1/keys/{id}',
      'get /livez',
      'get /metrics',
      'get /readyz',
      'get /v1/dead-letters',
      'get /v1/dead-letters/{id}/payload',
      'get /v1/documents',
      'get /v1/documents/{id}',
      'get /v1/documents/{id}/text',
      'get /v1/indexes',
      'get /v1/indexes/{name}',
      'get /v1/indexes/{name}/duplicates',
      'get /v1/indexes/{name}/golden',
      'get /v1/indexes/{name}/versions',
      'get /v1/indexes/{name}/versions/diff',
      'get /v1/jobs',
      'get /v1/jobs/{id}',
      'get /v1/jobs/{id}/events',
      'get /v1/keys',
      'get /v1/usage',
      'get /v1/usage/diff',
      'post /v1/backups',
      'post /v1/dead-letters/discard',
      'post /v1/dead-letters/retry',
      'post /v1/documents',
      'post /v1/documents/batch',
      'post /v1/documents/delete',
      'post /v1/documents/known',
      'post /v1/indexes',
      'post /v1/indexes/{name}/calibrate',
      'post /v1/indexes/{name}/canary',
      'post /v1/indexes/{name}/gate',
      'post /v1/indexes/{name}/golden',
      'post /v1/indexes/{name}/repair',
      'post /v1/indexes/{name}/rollback',
      'post /v1/indexes/{name}/verify',
      'post /v1/indexes/{name}/versions',
      'post /v1/indexes/{name}/versions/{version}/publish',
      'post /v1/jobs/{id}/cancel',
      'post /v1/jobs/{id}/retry',
      'post /v1/keys',
      'post /v1/retrieve',
    ],
  )
})

test('every reference leads somewhere and nothing is left over', async (t) => {
  const { app } = await openApp(t)
  const text = (await app.inject('/openapi.json')).body
  const { components } = JSON.parse(text) as Document
  const used = new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name))
  assert.deepEqual([...used].sort(), Object.keys(components.schemas).sort())
})

test('every request body has an example, and it works', async (t) => {
  const { app } = await openApp(t)
  await app.inject({ method: 'POST', url: '/v1/indexes', payload: { name: 'default' } })
  const document = (await app.inject('/openapi.json')).json<Document>()
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [contentType, media] of Object.entries(methods['post']?.requestBody?.content ?? {})) {
      if (/\/(verify|repair|cancel|retry)$/.test(path) && media.example === undefined) continue
      // Files have a test of their own.
      if (contentType.startsWith('multipart/')) continue
      assert.ok(media.example !== undefined, path)
      const response = await app.inject({
        method: 'POST',
        url: path.replace('{name}', 'docs').replace('{version}', 'v2'),
        payload: `${JSON.stringify(media.example)}\n`,
        headers: { 'content-type': contentType },
      })
      assert.ok(response.statusCode < 300, `${path}: ${response.body}`)
      assert.ok(!response.body.includes('"failed":1'), path)
    }
  }
})

test('the page needs nothing from the network', async (t) => {
  const { app } = await openApp(t)
  const page = await app.inject('/docs/')
  assert.equal(page.statusCode, 200)
  const scripts = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => String(address))
  assert.ok(scripts.length > 2 && scripts.every((address) => !/^(https?:)?\/\//.test(address)), scripts.join(' '))
  for (const address of scripts) assert.equal((await app.inject(new URL(address, 'http://x/docs/').pathname)).statusCode, 200, address)
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'/)
  assert.equal((await app.inject('/docs/json')).json<Document>().openapi, '3.1.0')
  assert.deepEqual((await app.inject('/')).json(), {
    name: 'ration',
    version: '0.0.0-test',
    docs: '/docs',
    openapi: '/openapi.json',
    parsers: { files: 'permission', network: 'namespace' },
  })
})

test('health says whether the service can work', async (t) => {
  let ready = false
  const { app } = await openApp(t, { ports: { ready: () => ready } })
  assert.deepEqual((await app.inject('/livez')).json(), { status: 'ok' })
  const waiting = await app.inject('/readyz')
  assert.deepEqual([waiting.statusCode, waiting.json<{ code: string }>().code, waiting.headers['retry-after']], [503, 'not_ready', '1'])
  ready = true
  assert.deepEqual((await app.inject('/readyz')).json(), { status: 'ok' })
  const metrics = await app.inject('/metrics')
  assert.deepEqual([metrics.body, metrics.headers['content-type']], ['ration_up 1\n', 'text/plain; version=0.0.4; charset=utf-8'])
})
