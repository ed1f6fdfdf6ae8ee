import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import type { ChunkId, DocumentId, TenantId } from '../../src/core/ids.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { SentPassage, SessionKey, SessionStore, SessionTurn } from '../../src/core/ports/session-store.ts'
import type { SessionStoreSettings } from '../../src/state/session-limits.ts'

const ACME = 'acme' as TenantId
const OTHER = 'other' as TenantId

export const SESSIONS: SessionStoreSettings = { perTenant: 100, turns: 50, passages: 1000, keepMinutes: 60 }

export const sessionKey = (change: Partial<SessionKey> = {}): SessionKey => ({
  tenant: ACME,
  name: 'conv-1',
  retryKey: null,
  request: 'r1',
  ...change,
})

export const passage = (textHash: string, from = 0, to = 2): SentPassage => ({
  doc: 'doc' as DocumentId,
  chunk: `chunk-${textHash}` as ChunkId,
  textHash,
  from,
  to,
})

export const turnOf = (query: string, change: Partial<SessionTurn> = {}): SessionTurn => ({
  query,
  searched: query,
  tokens: 100,
  sent: [passage(query)],
  ...change,
})

/** Milliseconds since the epoch, moved by hand. */
export interface Wall {
  at: number
}

export interface SessionStoreFixture {
  /** A new, empty store on the wall clock of `wall`. */
  readonly open: (t: TestContext, settings: SessionStoreSettings, wall: Wall) => Promise<SessionStore>
  readonly limits: () => Limits
}

/** Every `SessionStore` passes. */
export function sessionStoreContract(name: string, { open, limits }: SessionStoreFixture): void {
  const start = async (t: TestContext, settings: Partial<SessionStoreSettings> = {}) => {
    const wall = { at: Date.UTC(2026, 5, 1) }
    const store = await open(t, { ...SESSIONS, ...settings }, wall)
    const queries = async (key: SessionKey) => (await store.open(key, limits()))?.turns.map(({ query }) => query)
    return { store, wall, queries }
  }

  test(`${name}: a session is unknown until a turn is recorded, then gives it back as it was`, async (t) => {
    const { store, wall } = await start(t)
    assert.equal(await store.open(sessionKey(), limits()), null)
    const first = turnOf('how do I rotate keys?')
    const second = turnOf('and for v2?', { searched: 'rotate keys and for v2?', tokens: 0, sent: [] })
    const state = await store.record(sessionKey(), first, 1000, limits())
    const expiresAt = wall.at + 3_600_000
    assert.deepEqual(state, { name: 'conv-1', turns: 1, tokensUsed: 100, tokensLeft: 900, expiresAt })
    await store.record(sessionKey({ request: 'r2' }), second, 5, limits())
    assert.deepEqual(await store.open(sessionKey(), limits()), { tokensLimit: 1000, tokensUsed: 100, turns: [first, second] })
  })

  test(`${name}: without a limit there are no tokens left to count`, async (t) => {
    const { store } = await start(t)
    const state = await store.record(sessionKey(), turnOf('a'), null, limits())
    assert.deepEqual([state.tokensUsed, state.tokensLeft], [100, null])
  })

  test(`${name}: what was spent beyond the limit leaves nothing, not less`, async (t) => {
    const { store } = await start(t)
    assert.equal((await store.record(sessionKey(), turnOf('a'), 60, limits())).tokensLeft, 0)
  })

  test(`${name}: tenants and names do not see each other's sessions`, async (t) => {
    const { store, queries } = await start(t)
    await store.record(sessionKey(), turnOf('mine'), null, limits())
    assert.equal(await queries(sessionKey({ tenant: OTHER })), undefined)
    assert.equal(await queries(sessionKey({ name: 'conv-2' })), undefined)
    await store.record(sessionKey({ tenant: OTHER }), turnOf('theirs'), null, limits())
    assert.deepEqual(await queries(sessionKey()), ['mine'])
  })

  test(`${name}: a retry sees what its first try saw, and takes its place`, async (t) => {
    const { store, queries } = await start(t)
    const retry = sessionKey({ retryKey: 'k2', request: 'r2' })
    await store.record(sessionKey(), turnOf('one'), 1000, limits())
    await store.record(retry, turnOf('two'), null, limits())
    await store.record(sessionKey({ retryKey: 'k3', request: 'r3' }), turnOf('three', { tokens: 7 }), null, limits())
    const memory = await store.open(retry, limits())
    assert.ok(memory)
    assert.deepEqual(
      memory.turns.map(({ query }) => query),
      ['one'],
    )
    assert.equal(memory.tokensUsed, 107, 'what the others took is taken, its own is not')
    const state = await store.record(retry, turnOf('two again', { tokens: 1 }), null, limits())
    assert.deepEqual([state.turns, state.tokensUsed], [3, 108])
    assert.deepEqual(await queries(sessionKey()), ['one', 'two again', 'three'])
  })

  test(`${name}: without a retry key the same request is a new turn`, async (t) => {
    const { store, queries } = await start(t)
    await store.record(sessionKey(), turnOf('one'), null, limits())
    await store.record(sessionKey(), turnOf('one'), null, limits())
    assert.deepEqual(await queries(sessionKey()), ['one', 'one'])
  })

  test(`${name}: a retry key of another request is a conflict, in its own session only`, async (t) => {
    const { store, queries } = await start(t)
    await store.record(sessionKey({ retryKey: 'k' }), turnOf('one'), null, limits())
    const other = { retryKey: 'k', request: 'other' }
    await assert.rejects(store.open(sessionKey(other), limits()), { code: 'idempotency_conflict' })
    assert.equal(await queries(sessionKey({ ...other, name: 'conv-2' })), undefined)
    assert.equal(await queries(sessionKey({ ...other, tenant: OTHER })), undefined)
  })

  test(`${name}: a session lives on from its last turn, and is then forgotten whole`, async (t) => {
    const { store, wall, queries } = await start(t)
    await store.record(sessionKey(), turnOf('one'), 500, limits())
    wall.at += 3_599_000
    await store.record(sessionKey(), turnOf('two'), null, limits())
    wall.at += 3_599_000
    assert.deepEqual(await queries(sessionKey()), ['one', 'two'])
    wall.at += 1000
    assert.equal(await queries(sessionKey()), undefined)
    const state = await store.record(sessionKey(), turnOf('three'), 300, limits())
    assert.deepEqual([state.turns, state.tokensUsed, state.tokensLeft], [1, 100, 200], 'nothing of the old one is left')
    assert.deepEqual(await queries(sessionKey()), ['three'])
  })

  test(`${name}: a session with as many turns as it may have is full, but for retries`, async (t) => {
    const { store } = await start(t, { turns: 2 })
    const last = sessionKey({ retryKey: 'k' })
    await store.record(sessionKey(), turnOf('one'), null, limits())
    assert.equal((await store.open(last, limits()))?.turns.length, 1)
    await store.record(last, turnOf('two'), null, limits())
    await assert.rejects(store.open(sessionKey(), limits()), {
      code: 'session_full',
      details: { session: 'conv-1', limit: 'sessions.turns', max: 2 },
    })
    assert.equal((await store.open(last, limits()))?.turns.length, 1)
    assert.equal(await store.open(sessionKey({ name: 'conv-2' }), limits()), null)
  })

  test(`${name}: a session that was sent as many passages as it may is full, and forgets none`, async (t) => {
    const { store } = await start(t, { passages: 3 })
    const key = sessionKey({ retryKey: 'k' })
    await store.record(sessionKey(), turnOf('one', { sent: [passage('a'), passage('b')] }), null, limits())
    await store.record(key, turnOf('two', { sent: [passage('c'), passage('d')] }), null, limits())
    await assert.rejects(store.open(sessionKey(), limits()), {
      code: 'session_full',
      details: { session: 'conv-1', limit: 'sessions.passages', max: 3 },
    })
    assert.equal((await store.open(key, limits()))?.turns[0]?.sent.length, 2)
  })

  test(`${name}: a tenant has so many live sessions; the next is refused, the others go on`, async (t) => {
    const { store, wall, queries } = await start(t, { perTenant: 2 })
    await store.record(sessionKey({ name: 'a' }), turnOf('one'), null, limits())
    wall.at += 60_000
    await store.record(sessionKey({ name: 'b' }), turnOf('one'), null, limits())
    await assert.rejects(store.open(sessionKey({ name: 'c' }), limits()), { code: 'too_many_sessions' })
    assert.deepEqual(await queries(sessionKey({ name: 'a' })), ['one'])
    assert.equal(await queries(sessionKey({ name: 'c', tenant: OTHER })), undefined)
    wall.at += 3_540_000
    assert.equal(await queries(sessionKey({ name: 'c' })), undefined, 'an expired one makes room')
  })

  test(`${name}: any text of a question and any id comes back as it was`, async (t) => {
    const { store } = await start(t, { turns: 10_000, passages: 100_000, perTenant: 10_000 })
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u0000', '\ud800', "'; drop table sessions --", '{"a":1}'))
    let sessions = 0
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), async (query, hash, tokens) => {
        const key = sessionKey({ name: `conv-${sessions++}` })
        const turn = { query, searched: `${hash} ${query}`, tokens, sent: [passage(hash, 3, 9)] }
        await store.record(key, turn, null, limits())
        assert.deepEqual((await store.open(key, limits()))?.turns, [turn])
      }),
      { numRuns: 40 },
    )
  })

  test(`${name}: turns recorded at the same time are all there`, async (t) => {
    const { store, queries } = await start(t)
    const names = Array.from({ length: 12 }, (_, turn) => `q${turn}`)
    await Promise.all(names.map((query) => store.record(sessionKey(), turnOf(query), null, limits())))
    assert.deepEqual((await queries(sessionKey()))?.toSorted(), names.toSorted())
  })

  test(`${name}: a passed deadline and a caller that has gone are refused`, async (t) => {
    const { store, queries } = await start(t)
    const late = { ...limits(), deadline: -Infinity }
    const gone = { ...limits(), signal: AbortSignal.abort() }
    for (const [bounds, code] of [
      [late, 'deadline_exceeded'],
      [gone, 'cancelled'],
    ] as const) {
      await assert.rejects(store.open(sessionKey(), bounds), { code })
      await assert.rejects(store.record(sessionKey(), turnOf('one'), null, bounds), { code })
    }
    assert.equal(await queries(sessionKey()), undefined)
  })
}
