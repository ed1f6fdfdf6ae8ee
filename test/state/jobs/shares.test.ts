import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { TenantId } from '../../../src/core/ids.ts'
import { Shares } from '../../../src/state/jobs/shares.ts'

const [A, B, C] = ['a', 'b', 'c'] as TenantId[] as [TenantId, TenantId, TenantId]

/** Milliseconds that each tenant gets in `turns` turns, where every job of a tenant takes the same. */
function timeOf(shares: Shares, lengths: ReadonlyMap<TenantId, number>, turns: number): Map<TenantId, number> {
  const time = new Map<TenantId, number>()
  for (let turn = 0; turn < turns; turn++) {
    const tenant = shares.next([...lengths.keys()])
    assert.ok(tenant !== null)
    const ms = lengths.get(tenant) ?? 0
    shares.begin(tenant)(ms)
    shares.trim()
    time.set(tenant, (time.get(tenant) ?? 0) + ms)
  }
  return time
}

test('tenants get time by weight, whatever their jobs take', () => {
  const time = timeOf(
    new Shares({ a: 3 }),
    new Map([
      [A, 50],
      [B, 10],
      [C, 200],
    ]),
    10_000,
  )
  const [a = 0, b = 0, c = 0] = [A, B, C].map((tenant) => time.get(tenant))
  assert.ok(Math.abs(a / b - 3) < 0.05 && Math.abs(c / b - 1) < 0.05, JSON.stringify([a, b, c]))
})

test('whoever comes back after a pause is next, and has no more saved up than that', () => {
  const shares = new Shares({})
  for (let n = 0; n < 50; n++) shares.begin(A)(100)
  assert.equal(shares.next([A, B]), B)
  shares.begin(B)(100)
  const order = Array.from({ length: 6 }, () => {
    const tenant = shares.next([A, B])
    if (tenant !== null) shares.begin(tenant)(100)
    return tenant
  })
  assert.deepEqual(order.filter((tenant) => tenant === B).length, 3)
  assert.equal(shares.next([]), null)
})

test('nobody waits for more than the others have begun since, whatever the lengths', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 40 }), (lengths) => {
      const shares = new Shares({})
      for (const ms of lengths) shares.begin(A)(ms)
      const running = shares.begin(A)
      // B submits while a job of A runs, and is next when that ends.
      running(lengths[0] ?? 0)
      assert.equal(shares.next([A, B]), B)
    }),
  )
})
