import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TenantId } from '../../src/core/ids.ts'
import { openApp, question } from './fixture.ts'

test('usage is summed by the dimensions and in the time asked for', async (t) => {
  const { app, ledger } = await openApp(t)
  await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
  const response = await app.inject('/v1/usage?by=feature,day&from=2026-01-01&to=2026-02-01T12:00:00%2B02:00')
  assert.equal(response.statusCode, 200)
  assert.deepEqual(ledger.queries, [
    { tenant: 'default', by: ['feature', 'day'], from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1, 10) },
  ])
  assert.deepEqual(response.json(), {
    usage: [
      {
        group: {},
        requests: 1,
        degraded: 0,
        budget_tokens: 800,
        context_tokens: 5,
        saved_tokens: 4,
        embed_tokens: 6,
        rerank_pairs: 2,
        storage_bytes: 0,
        cost_usd: 0.001,
        ms: 1,
        outcomes: {},
      },
    ],
  })
  assert.equal((await app.inject('/v1/usage')).statusCode, 200)
  for (const query of [
    'by=color',
    'by=',
    'by=day,day',
    'by=day&by=day',
    'from=yesterday',
    'from=2026-02-01&to=2026-01-01',
    'tenant=acme',
  ]) {
    assert.equal((await app.inject(`/v1/usage?${query}`)).json<{ code: string }>().code, 'invalid_request', query)
  }
})

test('by tenant, whoever needs no key sees all of them and a key its own', async (t) => {
  const { app, keys, ledger } = await openApp(t)
  const { secret } = await keys.create({ tenant: 'acme' as TenantId, scopes: ['admin'], label: '' })
  await app.inject('/v1/usage?by=tenant')
  await app.inject('/v1/usage?by=day')
  await app.inject({ url: '/v1/usage?by=tenant', headers: { authorization: `Bearer ${secret}` } })
  assert.deepEqual(
    ledger.queries.map((query) => (query as { tenant: string | null }).tenant),
    [null, 'default', 'acme'],
  )
})

test('two versions stand side by side', async (t) => {
  const { app } = await openApp(t)
  await app.inject({ method: 'POST', url: '/v1/retrieve', payload: question() })
  const diff = (await app.inject('/v1/usage/diff?before=k0&after=k0')).json<{ before: { requests: number }; after: { requests: number } }>()
  assert.deepEqual([diff.before.requests, diff.after.requests], [1, 1])
  assert.equal((await app.inject('/v1/usage/diff?before=k0&after=k1')).json<{ code: string }>().code, 'not_found')
  assert.equal((await app.inject('/v1/usage/diff?before=k0')).json<{ code: string }>().code, 'invalid_request')
})
