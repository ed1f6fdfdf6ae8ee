import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, CommandTools } from '../../src/core/ports/command.ts'
import { commands } from '../../src/state/command.ts'

type Answer = (method: string, path: string, body: unknown) => unknown

/** Tools whose service answers as `answer` says, and what the command asked and printed. */
function tools(answer: Answer, json = false, signal = new AbortController().signal) {
  const asked: string[] = []
  const printed: unknown[] = []
  const advanced: number[] = []
  const given: Partial<CommandTools> = {
    terminal: {
      json,
      print(text) {
        if (!json) printed.push(text)
      },
      printJson: (value) => printed.push(value),
      warn: () => undefined,
      table: (head, rows) => printed.push([head, ...rows]),
      progress: () => ({ advance: (by) => advanced.push(by), stop: () => undefined }),
    },
    signal,
    api: () =>
      Promise.resolve({
        request(method, path, body) {
          asked.push([method, path, ...(body === undefined ? [] : [JSON.stringify(body)])].join(' '))
          return Promise.resolve(answer(method, path, body))
        },
        stream: () => {
          throw new Error('not for this command')
        },
      }),
  }
  return { given: given as CommandTools, asked, printed, advanced }
}

function run(path: readonly string[], given: CommandTools, args: readonly string[] = [], options: Record<string, string | boolean> = {}) {
  let found: Command | undefined
  for (const name of ['jobs', ...path])
    found = (found === undefined ? commands : (found.subcommands ?? [])).find((each) => each.name === name)
  assert.ok(found?.run !== undefined, path.join(' '))
  return found.run({ arguments: args, options }, given)
}

const job = (change: object = {}) => ({
  id: 'job_1',
  index: 'docs',
  feature: 'crawl',
  state: 'running',
  stage: 'fetching',
  documents: { total: 10, new: 3, changed: 1, unchanged: 2, failed: 1 },
  chunks: 40,
  bytes: 2_500_000,
  attempts: 2,
  worker_deaths: 1,
  rate: 3.25,
  estimated_end_at: '2026-01-01T00:01:00.000Z',
  errors: [{ code: 'url_refused', count: 1 }],
  error: null,
  created_at: '2026-01-01T00:00:00.000Z',
  started_at: '2026-01-01T00:00:01.000Z',
  finished_at: null,
  not_before: null,
  ...change,
})

test('jobs are listed and shown', async () => {
  const list = tools(() => ({ jobs: [job()], next: 'job_1' }))
  assert.equal(await run(['list'], list.given, [], { state: 'running', limit: '1' }), 0)
  assert.deepEqual(list.asked, ['GET /v1/jobs?limit=1&state=running'])
  assert.deepEqual(list.printed, [
    [
      ['id', 'state', 'index', 'documents', 'failed', 'created', 'feature'],
      ['job_1', 'running', 'docs', '7/10', '1', '2026-01-01T00:00:00.000Z', 'crawl'],
    ],
    'More: --after job_1',
  ])
  const show = tools(() => ({ job: job() }))
  await run(['show'], show.given, ['a/b'])
  assert.deepEqual(show.asked, ['GET /v1/jobs/a%2Fb'])
  for (const line of [
    /^state: +running, fetching$/m,
    /^documents: +7 of 10: 3 new/m,
    /^payload: +2\.5 MB$/m,
    /^failed because: url_refused 1$/m,
    /^rate: +3\.3 /m,
  ])
    assert.match(show.printed.join('\n'), line)
  assert.ok(!show.printed.join('\n').includes('finished'))
  const empty = tools(() => ({ jobs: [], next: null }))
  await run(['list'], empty.given, [], { limit: '50' })
  assert.deepEqual(empty.printed, ['There are no jobs.'])
})

test('a job is followed to its end, which is the exit code', async () => {
  const ends: readonly [object, number][] = [
    [{ state: 'done', documents: { total: 10, new: 10, changed: 0, unchanged: 0, failed: 0 } }, 0],
    [{ state: 'done', documents: { total: 10, new: 9, changed: 0, unchanged: 0, failed: 1 } }, 3],
    [{ state: 'failed', error: { code: 'index_not_found', message: 'It is gone' } }, 1],
    [{ state: 'cancelled' }, 1],
  ]
  for (const [end, code] of ends) {
    let polls = 0
    const watched = tools(() => ({ job: (polls += 1) === 1 ? job() : job(end) }))
    assert.equal(await run(['watch'], watched.given, ['job_1']), code)
    assert.equal(watched.advanced[0], 7)
    assert.equal(watched.printed[1], `state:          ${job(end).state}`)
  }
  const stop = new AbortController()
  const left = tools(() => (setTimeout(() => stop.abort(), 5), { job: job() }), false, stop.signal)
  assert.equal(await run(['watch'], left.given, ['job_1']), 130, 'Ctrl-C ends the watching')
  assert.ok(!left.asked.some((request) => request.startsWith('POST')), 'and not the job')
})

test('jobs are cancelled and queued again', async () => {
  for (const name of ['cancel', 'retry']) {
    const { given, asked, printed } = tools(() => ({ job: job({ state: 'cancelled' }) }))
    assert.equal(await run([name], given, ['job_1']), 0)
    assert.deepEqual([asked, printed], [[`POST /v1/jobs/job_1/${name}`], ['job_1 is cancelled.']])
  }
})

test('dead letters are listed, shown, queued again and thrown away', async () => {
  const letter = {
    id: 'dl_1',
    job: 'job_1',
    index: 'docs',
    document: 'a.pdf',
    code: 'document_unreadable',
    message: 'Encrypted',
    bytes: 3,
    at: '2026',
    retries: 1,
  }
  const list = tools(() => ({ dead_letters: [letter], next: null }))
  await run(['dead-letters', 'list'], list.given, [], { job: 'job_1', limit: '50' })
  assert.deepEqual(list.asked, ['GET /v1/dead-letters?limit=50&job=job_1'])
  assert.match(JSON.stringify(list.printed), /dl_1.*a\.pdf.*document_unreadable.*Encrypted/)
  const show = tools(() => ({ document: { id: 'a.pdf' } }))
  await run(['dead-letters', 'show'], show.given, ['dl_1'])
  assert.deepEqual([show.asked, show.printed], [['GET /v1/dead-letters/dl_1/payload'], [{ document: { id: 'a.pdf' } }]])
  const retry = tools(() => ({ jobs: [job()] }))
  await run(['dead-letters', 'retry'], retry.given, ['dl_1', 'dl_2'])
  await run(['dead-letters', 'retry'], retry.given, [], { all: true })
  assert.deepEqual(retry.asked, ['POST /v1/dead-letters/retry {"ids":["dl_1","dl_2"]}', 'POST /v1/dead-letters/retry {"all":true}'])
  const discard = tools(() => ({ discarded: 2 }))
  await run(['dead-letters', 'discard'], discard.given, [], { all: true })
  assert.deepEqual([discard.asked, discard.printed], [['POST /v1/dead-letters/discard {"all":true}'], ['Discarded: 2']])
  for (const name of ['retry', 'discard']) {
    await assert.rejects(async () => run(['dead-letters', name], discard.given), { code: 'invalid_request' })
    await assert.rejects(async () => run(['dead-letters', name], discard.given, ['dl_1'], { all: true }), { code: 'invalid_request' })
  }
})

test('with --json each prints one value, as the service gave it', async () => {
  const answers: readonly [readonly string[], readonly string[], Record<string, string | boolean>, object][] = [
    [['list'], [], { limit: '50' }, { jobs: [job()], next: 'job_1' }],
    [['show'], ['job_1'], {}, { job: job() }],
    [['watch'], ['job_1'], {}, { job: job({ state: 'done' }) }],
    [['cancel'], ['job_1'], {}, { job: job() }],
    [['retry'], ['job_1'], {}, { job: job() }],
    [['dead-letters', 'list'], [], { limit: '50' }, { dead_letters: [], next: null }],
    [['dead-letters', 'show'], ['dl_1'], {}, { document: {} }],
    [['dead-letters', 'retry'], [], { all: true }, { jobs: [] }],
    [['dead-letters', 'discard'], ['dl_1'], {}, { discarded: 1 }],
  ]
  for (const [path, args, options, answer] of answers) {
    const { given, printed } = tools(() => answer, true)
    await run(path, given, args, options)
    assert.deepEqual(printed, [answer], path.join(' '))
  }
})
