import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InjectOptions } from 'fastify'
import { AppError, ERROR_CODES, InvariantError, type ErrorCode } from '../../src/core/errors.ts'
import type { IndexName } from '../../src/core/ids.ts'
import { answerTo } from './fakes.ts'
import { openApp, question } from './fixture.ts'

const rejecting = (error: Error) => ({ retriever: { retrieve: () => Promise.reject(error) } })

test('every code becomes a problem of its status, with its particulars', async (t) => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    const { app } = await openApp(t, { settings: { retryAfterS: 7 }, ports: rejecting(new AppError(code, 'What happened', { limit: 5 })) })
    const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
    const { status, title, retry } = ERROR_CODES[code]
    assert.equal(response.statusCode, status)
    assert.equal(response.headers['content-type'], 'application/problem+json')
    assert.equal(response.headers['retry-after'], retry && (status === 429 || status === 503) ? '7' : undefined)
    assert.deepEqual(response.json(), {
      type: `/docs/errors#${code}`,
      title,
      status,
      code,
      detail: 'What happened',
      instance: response.headers['x-request-id'],
      limit: 5,
    })
  }
})

test('a bug is internal: logged with its cause, told without it', async (t) => {
  for (const error of [
    new InvariantError('secret of the house'),
    new TypeError('secret of the house'),
    Object.assign(new Error('secret of the house'), { code: 'EWEIRD', statusCode: 418 }),
  ]) {
    const { app, lines } = await openApp(t, { ports: rejecting(error) })
    const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
    assert.deepEqual([response.statusCode, response.json<{ code: string }>().code], [500, 'internal'])
    assert.ok(!response.body.includes('secret'))
    const bug = lines.find(({ level }) => level === 'error')
    assert.equal(bug?.fields['err'], error)
    assert.equal(bug.fields['request'], response.headers['x-request-id'])
  }
})

test('an answer that breaks its own contract is a bug, not an answer', async (t) => {
  const broken = { ...answerTo('q', 'docs' as IndexName, 1), id: 7 } as never
  const { app, lines } = await openApp(t, { ports: { retriever: { retrieve: () => Promise.resolve(broken) } } })
  const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
  assert.equal(response.json<{ code: string }>().code, 'internal')
  assert.ok(lines.some(({ level }) => level === 'error'))
})

const JSON_TYPE = { 'content-type': 'application/json' }
test('what the framework refuses has a code of ours', async (t) => {
  const { app } = await openApp(t, { settings: { bodyBytes: 2000, jsonDepth: 10 } })
  const nested = `{"query":${'['.repeat(50)}${']'.repeat(50)}}`
  const cases: readonly [string, InjectOptions, ErrorCode][] = [
    ['an unknown path', { url: '/v1/nothing' }, 'not_found'],
    ['another method', { method: 'PUT', url: '/v1/retrieve' }, 'method_not_allowed'],
    ['another method with parameters', { method: 'PATCH', url: '/v1/documents/a%2Fb/text?index=docs' }, 'method_not_allowed'],
    ['no body', { method: 'POST', url: '/v1/retrieve' }, 'invalid_request'],
    ['an empty body', { method: 'POST', url: '/v1/retrieve', payload: '', headers: JSON_TYPE }, 'invalid_request'],
    ['broken JSON', { method: 'POST', url: '/v1/retrieve', payload: '{"query":', headers: JSON_TYPE }, 'invalid_request'],
    [
      'broken UTF-8',
      { method: 'POST', url: '/v1/retrieve', payload: Buffer.from([0x22, 0xff, 0x22]), headers: JSON_TYPE },
      'invalid_request',
    ],
    ['deep JSON', { method: 'POST', url: '/v1/retrieve', payload: nested, headers: JSON_TYPE }, 'invalid_request'],
    ['a prototype', { method: 'POST', url: '/v1/retrieve', payload: '{"__proto__":{"query":"x"}}', headers: JSON_TYPE }, 'invalid_request'],
    [
      'a text body',
      { method: 'POST', url: '/v1/retrieve', payload: 'query', headers: { 'content-type': 'text/plain' } },
      'unsupported_media_type',
    ],
    [
      'lines where an object is wanted',
      { method: 'POST', url: '/v1/documents', payload: '{}', headers: { 'content-type': 'application/x-ndjson' } },
      'unsupported_media_type',
    ],
    [
      'an object where lines are wanted',
      { method: 'POST', url: '/v1/documents/batch', payload: '{}', headers: JSON_TYPE },
      'unsupported_media_type',
    ],
    [
      'a large body',
      { method: 'POST', url: '/v1/retrieve', payload: JSON.stringify(question({ query: 'x'.repeat(3000) })), headers: JSON_TYPE },
      'body_too_large',
    ],
    ['a path that is not UTF-8', { url: '/v1/documents/%ff' }, 'invalid_request'],
    ['a path that ends in %', { url: '/v1/documents/%' }, 'invalid_request'],
    ['a very long id', { url: `/v1/documents/${'x'.repeat(5000)}` }, 'invalid_request'],
    ['an unknown parameter', { url: '/v1/indexes?page=2' }, 'invalid_request'],
  ]
  for (const [what, request, code] of cases) {
    const response = await app.inject(request)
    const problem = response.json<{ code: string; status: number; instance: string }>()
    assert.deepEqual([problem.code, problem.status, response.statusCode], [code, ERROR_CODES[code].status, ERROR_CODES[code].status], what)
    assert.equal(response.headers['content-type'], 'application/problem+json', what)
    assert.match(problem.instance, /^req_/, what)
  }
  assert.equal((await app.inject({ method: 'PUT', url: '/v1/documents/a' })).headers['allow'], 'DELETE, GET, HEAD')
})

test('what the framework refuses says what is allowed', async (t) => {
  const { app } = await openApp(t, { settings: { bodyBytes: 2000 } })
  const detail = async (payload: string, type: string) => {
    const response = await app.inject({ method: 'POST', url: '/v1/retrieve', payload, headers: { 'content-type': type } })
    return response.json<{ detail: string }>().detail
  }
  assert.match(await detail('query', 'text/plain'), /application\/json/)
  assert.match(await detail(JSON.stringify({ query: 'x'.repeat(3000) }), 'application/json'), /http\.body_bytes/)
})

test('many mistakes are told briefly', async (t) => {
  const { app } = await openApp(t)
  const documents = Array.from({ length: 50 }, () => ({ ['k'.repeat(5000)]: 1 }))
  const response = await app.inject({ method: 'POST', url: '/v1/documents', payload: { documents } })
  assert.equal(response.json<{ errors: unknown[] }>().errors.length, 20)
  assert.ok(response.body.length < 20_000)
})
