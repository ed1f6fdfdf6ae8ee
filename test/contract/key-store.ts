import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { TenantId } from '../../src/core/ids.ts'
import type { KeyStore } from '../../src/core/ports/key-store.ts'

const ACME = 'acme' as TenantId
const OTHER = 'other' as TenantId

/** Every `KeyStore` passes. `open` gives a new, empty one. */
export function keyStoreContract(name: string, open: (t: TestContext) => Promise<KeyStore>): void {
  test(`${name}: a created key authenticates as its tenant with its scopes`, async (t) => {
    const store = await open(t)
    const { key, secret } = await store.create({ tenant: ACME, scopes: ['retrieve', 'ingest'], label: 'bot' })
    assert.match(secret, /^rk_[0-9a-z]+_[A-Za-z0-9_-]{43}$/)
    assert.deepEqual(await store.authenticate(secret), { tenant: ACME, scopes: ['retrieve', 'ingest'], key: key.id })
    assert.deepEqual(await store.authenticate(secret), { tenant: ACME, scopes: ['retrieve', 'ingest'], key: key.id }, 'and again')
    assert.equal(key.revokedAt, null)
    assert.equal(new Date(key.createdAt).toISOString(), key.createdAt)
  })

  test(`${name}: nothing but the secret authenticates`, async (t) => {
    const store = await open(t)
    const { key, secret } = await store.create({ tenant: ACME, scopes: ['retrieve'], label: '' })
    const other = await store.create({ tenant: OTHER, scopes: ['admin'], label: '' })
    const wrongEnd = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A')
    const crossed = other.secret.slice(0, -43) + secret.slice(-43)
    const unknown = secret.replace(key.id, '0'.repeat(key.id.length))
    const attempts = [
      '',
      key.id,
      wrongEnd,
      crossed,
      unknown,
      `${secret} `,
      secret.toUpperCase(),
      "rk_' or 1=1 --",
      'x'.repeat(100_000),
      'rk_\u0000',
    ]
    for (const attempt of attempts) assert.equal(await store.authenticate(attempt), null, attempt.slice(0, 80))
    assert.notEqual(await store.authenticate(secret), null)
    for (const attempt of attempts) assert.equal(await store.authenticate(attempt), null, `cached: ${attempt.slice(0, 80)}`)
  })

  test(`${name}: a revoked key is refused from then on, also where it was just used`, async (t) => {
    const store = await open(t)
    const kept = await store.create({ tenant: ACME, scopes: ['retrieve'], label: 'kept' })
    const { key, secret } = await store.create({ tenant: ACME, scopes: ['retrieve'], label: 'gone' })
    assert.notEqual(await store.authenticate(secret), null)
    const revoked = await store.revoke(key.id)
    assert.ok(revoked.revokedAt !== null)
    assert.equal(await store.authenticate(secret), null)
    assert.equal(await store.authenticate(secret), null)
    assert.deepEqual(await store.revoke(key.id), revoked, 'revoking again changes nothing')
    assert.notEqual(await store.authenticate(kept.secret), null)
  })

  test(`${name}: a lookup under way does not keep a key alive that is revoked meanwhile`, async (t) => {
    const store = await open(t)
    const { key, secret } = await store.create({ tenant: ACME, scopes: ['retrieve'], label: '' })
    const lookups = Array.from({ length: 20 }, () => store.authenticate(secret))
    const revoking = store.revoke(key.id)
    lookups.push(...Array.from({ length: 20 }, () => store.authenticate(secret)))
    await Promise.all([...lookups, revoking])
    assert.equal(await store.authenticate(secret), null)
  })

  test(`${name}: an unknown key cannot be revoked`, async (t) => {
    const store = await open(t)
    for (const id of ['0123456789abcdef', '', "' or true --"]) await assert.rejects(store.revoke(id), { code: 'key_not_found' })
  })

  test(`${name}: lists live keys and then revoked ones, and never a secret or a hash`, async (t) => {
    const store = await open(t)
    assert.deepEqual(await store.list(), [])
    const label = `Robert'); drop table api_keys; -- \u{1F511} "quoted"`
    const first = await store.create({ tenant: ACME, scopes: ['retrieve'], label })
    const second = await store.create({ tenant: OTHER, scopes: ['retrieve', 'ingest', 'admin'], label: '' })
    const revoked = await store.revoke(first.key.id)
    assert.deepEqual(await store.list(), [second.key, revoked])
    assert.equal(revoked.label, label)
    const shown = JSON.stringify(await store.list())
    assert.ok(!shown.includes(first.secret.slice(-43)) && !/[0-9a-f]{64}/.test(shown))
  })
}
