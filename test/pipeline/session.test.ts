import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppError } from '../../src/core/errors.ts'
import type { IndexName } from '../../src/core/ids.ts'
import type { SessionStore } from '../../src/core/ports/session-store.ts'
import type { RetrieveRequest, SessionRequest } from '../../src/core/request.ts'
import { sentRanges } from '../../src/core/session/sent.ts'
import { createSessionStage, type SessionSettings } from '../../src/pipeline/session.ts'
import { createMemorySessions } from '../../src/state/memory-sessions.ts'
import { passage, SESSIONS } from '../contract/session-store.ts'
import { contextWith, ManualClock } from './fixture.ts'

const SETTINGS: SessionSettings = { tokens: null, nameCharacters: 20, queryCharacters: 100, maxWaiting: 4, storeMs: 100, followUps: true }

function requestOf(query: string, session: Partial<SessionRequest> | null = {}): RetrieveRequest {
  return {
    query,
    index: 'docs' as IndexName,
    budget: { tokens: 400, auto: false, tokenizer: 'o200k_base', maxItems: null, perDocument: null, perSource: null },
    filter: null,
    require: [],
    intent: null,
    mode: 'auto',
    deadlineMs: 1000,
    feature: null,
    session: session === null ? null : { name: 'conv', tokens: null, repeat: false, refresh: false, ...session },
    render: 'markdown',
    excerpts: null,
    notice: false,
    explain: false,
  }
}

function fixture(settings: Partial<SessionSettings> = {}, change: Partial<SessionStore> = {}) {
  const clock = new ManualClock()
  const store = { ...createMemorySessions(SESSIONS, { clock }), ...change }
  const stage = createSessionStage({ ...SETTINGS, ...settings }, { store, clock })
  /** One request from beginning to end; what it sent is named after its query. */
  const ask = async (request: RetrieveRequest, { retryKey = null as string | null, tokens = 10 } = {}) => {
    const context = contextWith(clock)
    const session = await stage.open(request, retryKey, context)
    const state = await session.record({ tokens, sent: [passage(request.query)] })
    session.release()
    return { session, state, context }
  }
  return { clock, stage, ask }
}

const chunk = (textHash: string) => ({ textHash, sentences: [0, 1, 2].map((at) => ({ start: at, end: at + 1 })) })
const down = () => Promise.reject(new AppError('state_unavailable', 'down'))

test('a request without a session knows nothing, records nothing, and says that none was planned', async () => {
  const { ask } = fixture()
  const { session, state, context } = await ask(requestOf('and for v2?', null))
  assert.deepEqual([session.searched, session.followUp, session.tokensLeft, session.sent.size, state], ['and for v2?', null, null, 0, null])
  assert.deepEqual(
    context.trace.records.map(({ name, status }) => [name, status]),
    [['session', 'not_planned']],
  )
  assert.equal(context.trace.degraded, false)
})

test('a session knows what it was sent, what is left of its tokens, and what a follow-up leaves out', async () => {
  const { ask } = fixture()
  const first = await ask(requestOf('how do I rotate keys?', { tokens: 25 }))
  assert.deepEqual([first.session.tokensLeft, first.state?.tokensLeft, first.state?.turns], [25, 15, 1])
  const second = await ask(requestOf('how long does it take?', { tokens: 9999 }))
  assert.equal(second.session.searched, 'rotate keys how long does it take?')
  assert.deepEqual(second.session.followUp, { carried: ['rotate', 'keys'], from: 'how do I rotate keys?' })
  assert.equal(second.session.tokensLeft, 15, 'what the first request said holds')
  assert.deepEqual(sentRanges(second.session.sent, chunk('how do I rotate keys?')), [{ from: 0, to: 2 }])
  assert.deepEqual(
    second.context.trace.records.map(({ name, status }) => `${name} ${status}`),
    ['session ok', 'remember ok'],
  )
  const third = await ask(requestOf('and for admins?'))
  assert.equal(third.session.searched, 'rotate keys for admins?')
  assert.equal((await ask(requestOf('x'))).session.tokensLeft, 0, 'never below')
})

test('follow-ups can be switched off; the configured tokens hold where the first request names none', async () => {
  const { ask } = fixture({ followUps: false, tokens: 30 })
  await ask(requestOf('how do I rotate keys?'))
  const { session } = await ask(requestOf('how long does it take?'))
  assert.deepEqual([session.searched, session.followUp, session.tokensLeft], ['how long does it take?', null, 20])
})

test('repeat sends again what was sent, and records it all the same', async () => {
  const { ask } = fixture()
  await ask(requestOf('one'))
  assert.equal((await ask(requestOf('two', { repeat: true }))).session.sent.size, 0)
  assert.deepEqual([...(await ask(requestOf('three', { refresh: true }))).session.sent.keys()], ['one', 'two'])
})

test('a retry sees what its first try saw; its key for another request is a conflict and lets the next one in', async () => {
  const { ask } = fixture()
  await ask(requestOf('how do I rotate keys?'))
  const first = await ask(requestOf('how long does it take?'), { retryKey: 'k' })
  const again = await ask({ ...requestOf('how long does it take?'), deadlineMs: 5 }, { retryKey: 'k' })
  assert.equal(again.session.searched, first.session.searched)
  assert.deepEqual([...again.session.sent.keys()], ['how do I rotate keys?'], 'what the lost response sent is not lost')
  assert.deepEqual([again.state?.turns, again.state?.tokensUsed], [2, 20])
  await assert.rejects(ask(requestOf('something else'), { retryKey: 'k' }), { code: 'idempotency_conflict' })
  await ask(requestOf('next'))
})

test('requests of one session wait for each other, so that its tokens hold', async () => {
  const { stage, clock } = fixture({ tokens: 100, maxWaiting: 9 })
  const spent = await Promise.all(
    Array.from({ length: 8 }, async (_, turn) => {
      const session = await stage.open(requestOf(`question ${turn}`), null, contextWith(clock, 60_000))
      const tokens = Math.min(40, session.tokensLeft ?? Infinity)
      await new Promise(setImmediate)
      await session.record({ tokens, sent: [] })
      session.release()
      return tokens
    }),
  )
  assert.deepEqual(spent, [40, 40, 20, 0, 0, 0, 0, 0])
})

test('beyond the requests that may wait it is too busy', async () => {
  const { stage, clock } = fixture({ maxWaiting: 0 })
  const inside = await stage.open(requestOf('one'), null, contextWith(clock))
  await assert.rejects(stage.open(requestOf('two'), null, contextWith(clock)), { code: 'too_busy' })
  inside.release()
  ;(await stage.open(requestOf('two'), null, contextWith(clock))).release()
})

test('a store that cannot be read costs the memory, not the answer, and is named', async () => {
  const { ask } = fixture({}, { open: down })
  const { session, state, context } = await ask(requestOf('and for v2?', { tokens: 50 }))
  assert.deepEqual([session.searched, session.sent.size, session.tokensLeft], ['and for v2?', 0, 50])
  assert.equal(state?.turns, 1, 'what was answered is recorded where that works')
  assert.deepEqual(
    context.trace.records.map(({ status, reason }) => [status, reason]),
    [
      ['failed', 'session_unavailable'],
      ['ok', null],
    ],
  )
  assert.ok(context.trace.degraded)
})

test('a store that cannot be written costs the state, not the answer, and is named', async () => {
  const { ask } = fixture({}, { record: down })
  const { state, context } = await ask(requestOf('one'))
  assert.equal(state, null)
  assert.deepEqual(context.trace.records.at(-1)?.reason, 'session_unavailable')
})

test('a store that hangs is given up after store_ms', async () => {
  const hangs = { open: () => Promise.reject(new AppError('deadline_exceeded', 'late')) }
  const { ask } = fixture({}, hangs)
  const { context } = await ask(requestOf('one'))
  assert.deepEqual([context.trace.records[0]?.status, context.trace.records[0]?.reason], ['timeout', 'session_unavailable'])
})

test('a bug of the store is none of the weather, and lets the next request in', async () => {
  let fails = true
  const { ask } = fixture({}, { open: () => (fails ? Promise.reject(new TypeError('bug')) : Promise.resolve(null)) })
  await assert.rejects(ask(requestOf('one')), TypeError)
  fails = false
  await ask(requestOf('two'))
})

test('names and keys that cannot be stored, and what excludes each other, are refused', async () => {
  const { ask } = fixture()
  for (const name of ['', 'x'.repeat(21), 'a\u0000b', 'a\nb', '\ud800']) {
    await assert.rejects(ask(requestOf('q', { name })), { code: 'invalid_request' }, JSON.stringify(name))
    await assert.rejects(ask(requestOf('q'), { retryKey: name }), { code: 'invalid_request' }, JSON.stringify(name))
  }
  await assert.rejects(ask(requestOf('q', { repeat: true, refresh: true })), { code: 'invalid_request' })
  await ask(requestOf('q', { name: 'x'.repeat(20) }))
})

test('of a long question so much is remembered', async () => {
  const { ask } = fixture()
  await ask(requestOf(`rotate ${'key '.repeat(100)} ENDING_42`))
  assert.deepEqual((await ask(requestOf('how do I fix it?'))).session.followUp?.carried, ['rotate', 'key'])
})
