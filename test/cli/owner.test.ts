import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOwner, type OwnerClient, type Ownership } from '../../src/cli/owner.ts'
import { AppError, type ErrorCode } from '../../src/core/errors.ts'

const never = new AbortController().signal
const gone = (code: ErrorCode = 'not_ready') => new AppError(code, code)

/** Each call of `find`, `start` and of a request takes the next of what it was given; the last one stays. */
function ownership(script: { find: (string | null)[]; start?: (string | AppError)[]; answers: Record<string, (string | AppError)[]> }) {
  const asked: string[] = []
  const next = <Value>(list: Value[]): Value => (list.length > 1 ? list.shift() : list[0]) as Value
  const settle = (value: string | AppError) => (value instanceof AppError ? Promise.reject(value) : Promise.resolve(value))
  const connect = (socket: string): OwnerClient => ({
    request: (method, path) => {
      asked.push(`${socket} ${path}`)
      return settle(path === '/livez' ? next(script.answers[socket] ?? [gone()]) : next(script.answers[`${socket} ${path}`] ?? ['done']))
    },

    async *stream(path) {
      asked.push(`${socket} stream ${path}`)
      yield socket
    },
    close: () => Promise.resolve(void asked.push(`${socket} closed`)),
  })
  const given: Ownership = {
    find: () => Promise.resolve(next(script.find)),
    start: () => {
      asked.push('start')
      return settle(next(script.start ?? ['mine']))
    },
    connect,
  }
  return { given, asked }
}

test('an owner that is still starting is waited for', async () => {
  const { given, asked } = ownership({ find: ['theirs'], answers: { theirs: [gone(), gone(), 'ok'] } })
  const api = await openOwner(given, never)
  assert.equal(await api.request('GET', '/v1/indexes'), 'done')
  assert.deepEqual(asked.filter((line) => line === 'theirs /livez').length, 3)
})

test('without an owner this process becomes it', async () => {
  const { given, asked } = ownership({ find: [null], answers: { mine: ['ok'] } })
  await openOwner(given, never)
  assert.deepEqual(asked, ['start', 'mine /livez'])
})

test('who loses the race asks the winner, and takes over when the winner has ended', async () => {
  const { given, asked } = ownership({
    find: [null, 'theirs', 'theirs', null],
    start: [gone('data_locked'), 'mine'],
    answers: { theirs: [gone('not_ready'), gone('shutting_down')], mine: ['ok'] },
  })
  await openOwner(given, never)
  assert.deepEqual(
    asked.filter((line) => !line.endsWith('closed')),
    ['start', 'theirs /livez', 'theirs /livez', 'start', 'mine /livez'],
  )
})

test('what an ending owner did not begin is asked of its successor, once', async () => {
  for (const code of ['not_ready', 'shutting_down'] as const) {
    const answers = { theirs: ['ok', gone()], mine: ['ok'], 'theirs /v1/indexes': [gone(code)] }
    const { given, asked } = ownership({ find: ['theirs', 'theirs', null], answers })
    const api = await openOwner(given, never)
    assert.equal(await api.request('GET', '/v1/indexes'), 'done')
    assert.ok(asked.includes('theirs closed') && asked.at(-1) === 'mine /v1/indexes')
  }
  const { given } = ownership({ find: ['theirs'], answers: { theirs: ['ok'], 'theirs /v1/keys': [gone()] } })
  await assert.rejects((await openOwner(given, never)).request('GET', '/v1/keys'), { code: 'not_ready' })
})

test('what would do something again is never sent twice', async () => {
  const answers = { theirs: ['ok'], 'theirs /v1/keys': [gone()] }
  const { given, asked } = ownership({ find: ['theirs'], answers })
  await assert.rejects((await openOwner(given, never)).request('POST', '/v1/keys'), { code: 'not_ready' })
  assert.equal(asked.filter((line) => line === 'theirs /v1/keys').length, 1)
})

test('a stream goes to an owner that was seen alive just before', async () => {
  const { given } = ownership({ find: ['theirs', null], answers: { theirs: ['ok', gone()], mine: ['ok'] } })
  const api = await openOwner(given, never)
  const lines = []
  for await (const line of api.stream('/batch', (async function* () {})(), never)) lines.push(line)
  assert.deepEqual(lines, ['mine'])
})

test('not for ever, and not for another failure', async () => {
  await assert.rejects(openOwner(ownership({ find: ['theirs'], answers: {} }).given, never, 400), { code: 'not_ready' })
  const locked = ownership({ find: [null], start: [gone('data_locked')], answers: {} })
  await assert.rejects(openOwner(locked.given, never, 400), { code: 'data_locked' })
  const broken = ownership({ find: ['theirs'], answers: { theirs: [gone('internal')] } })
  await assert.rejects(openOwner(broken.given, never), { code: 'internal' })
  assert.deepEqual(broken.asked, ['theirs /livez', 'theirs closed'])
})

test('Ctrl-C ends the wait', async () => {
  await assert.rejects(openOwner(ownership({ find: ['theirs'], answers: {} }).given, AbortSignal.abort()), { name: 'AbortError' })
})
