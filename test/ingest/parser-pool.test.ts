import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ParserPool } from '../../ingest/parse/parser-pool.ts'
import type { ParserSettings } from '../../ingest/parse/parse-settings.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { clock, forever, raw } from './kit.ts'
import { openPool } from './parser-kit.ts'

const ROGUE = fileURLToPath(new URL('fixtures/rogue-child.ts', import.meta.url))
const MIB = 1024 * 1024

/** A pool of children that misbehave as they are told. */
const rogues = (context: TestContext, changes: Partial<ParserSettings> = {}) =>
  openPool({ children: 1, timeMs: 3000, watchMs: 10, ...changes }, { entry: ROGUE, context })

/** What became of documents with these contents: the number of the process that parsed it, or a code with the limit that was met. */
async function outcomes(pool: ParserPool, contents: readonly string[], limits: Limits = forever): Promise<string[]> {
  const results = await Promise.allSettled(contents.map((content, i) => pool.parse(raw(`d${i}`, content), 'h', limits)))
  return results.map((result) => {
    if (result.status === 'fulfilled') return result.value.document.text
    assert.ok(result.reason instanceof AppError, String(result.reason))
    const { limit } = result.reason.details
    return typeof limit === 'string' || typeof limit === 'number' ? `${result.reason.code} ${limit}` : result.reason.code
  })
}
const shown = (results: readonly string[]) => results.map((each) => (each.startsWith('process') ? 'ok' : each))
const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`ration-parse-${process.pid}-`))

test('documents come back parsed, in the order of their promises, from a process that is used again', async (context) => {
  const pool = await openPool({ children: 1 }, { context })
  const results = await Promise.all(
    Array.from({ length: 100 }, (_, i) => pool.parse(raw(`d${i}`, `# T${i}\n\nText ${i}.`), `h${i}`, forever)),
  )
  for (const [i, { document, blocks }] of results.entries()) {
    assert.deepEqual([document.id, document.title, document.contentHash, blocks.length], [`d${i}`, `T${i}`, `h${i}`, 2])
  }
  await assert.rejects(pool.parse(raw('d', '# \0'), 'h', forever), { name: 'AppError', code: 'invalid_document' })
  assert.equal((await pool.parse(raw('d', 'bytes'), 'h', forever)).document.text, 'bytes')
  assert.ok(['namespace', 'modules'].includes(pool.isolation.network))
})

test('a file that kills, hangs or bloats its parser costs itself only, wherever it stands', async (context) => {
  const quick = await rogues(context, { timeMs: 600 })
  const small = await rogues(context, { timeMs: 60_000, memoryBytes: 160 * MIB })
  for (const [how, outcome] of [
    ['die', 'parser_died'],
    ['hang', 'parser_limit time_ms'],
    ['buffers', 'parser_limit memory_bytes'],
    ['heap', 'parser_limit memory_bytes'],
  ] as const) {
    const pool = outcome.endsWith('bytes') ? small : quick
    for (const position of pool === small ? [2] : [0, 3]) {
      const contents = Array.from({ length: 6 }, (_, i) => (i === position ? how : 'good'))
      const expected = contents.map((content) => (content === 'good' ? 'ok' : outcome))
      assert.deepEqual(shown(await outcomes(pool, contents)), expected, `${how} at ${position}`)
    }
  }
  assert.deepEqual(shown(await outcomes(quick, ['die', 'die', 'good', 'die'])), ['parser_died', 'parser_died', 'ok', 'parser_died'])
})

test('a document does not pay for what one before it did to their process', async (context) => {
  const pool = await rogues(context)
  assert.deepEqual(shown(await outcomes(pool, ['leak', 'slow', 'good'])), ['ok', 'ok', 'ok'])
})

test('processes are replaced when they are worn: by documents and by growth', async (context) => {
  const counted = await rogues(context, { childDocuments: 4, batchDocuments: 2 })
  const results = await outcomes(counted, Array<string>(12).fill('good'))
  assert.equal(new Set(results).size, 3)
  const grown = await rogues(context, { childGrowthBytes: 32 * MIB, batchDocuments: 1 })
  const [first, second, third, fourth] = await outcomes(grown, ['good', 'grow', 'good', 'good'])
  assert.equal(first, second)
  assert.notEqual(second, third)
  assert.equal(third, fourth)
})

test('small documents travel together, large ones alone, several processes at once', async (context) => {
  const pool = await rogues(context, { children: 2, batchDocuments: 2, batchBytes: 100 })
  assert.equal(new Set(await outcomes(pool, ['slow', 'slow', 'slow', 'slow'])).size, 2)
  const alone = await rogues(context, { children: 2, batchBytes: 1 })
  assert.equal(new Set(await outcomes(alone, ['slow', 'slow'])).size, 2)
})

test('limits of the pool itself: its queue, the size of a file', async (context) => {
  const pool = await rogues(context, { queueDocuments: 3, fileBytes: 10 })
  assert.deepEqual(shown(await outcomes(pool, ['good', 'good', 'good', 'good'])), ['ok', 'ok', 'ok', 'too_busy 3'])
  assert.deepEqual(await outcomes(pool, ['x'.repeat(11)]), ['document_too_large 10'])
})

test('who does not wait any more is told so, and a process at work for nobody is ended', async (context) => {
  const pool = await rogues(context, { batchDocuments: 1 })
  const controller = new AbortController()
  const waiting = outcomes(pool, ['hang', 'good'], { ...forever, signal: controller.signal })
  await sleep(500)
  controller.abort()
  assert.deepEqual(await waiting, ['cancelled', 'cancelled'])
  assert.deepEqual(shown(await outcomes(pool, ['good'])), ['ok'])
  assert.deepEqual(await outcomes(pool, ['good'], { ...forever, signal: controller.signal }), ['cancelled'])
  assert.deepEqual(await outcomes(pool, ['hang'], { ...forever, deadline: clock.now() + 200 }), ['deadline_exceeded'])
  assert.deepEqual(await outcomes(pool, ['good'], { ...forever, deadline: clock.now() - 1 }), ['deadline_exceeded'])
})

test('every thread of a process gives way', { skip: process.platform !== 'linux' }, async (context) => {
  const childrenOf = (pid: number) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  const before = new Set(childrenOf(process.pid))
  const pool = await rogues(context, { nice: 7 })
  await outcomes(pool, ['good'])
  const [child, ...others] = childrenOf(process.pid).filter((pid) => !before.has(pid))
  const threads = readdirSync(`/proc/${child}/task`)
  // Field 19 of proc(5); the name, which may hold spaces, ends with the last bracket.
  const niceOf = (thread: string) => readFileSync(`/proc/${child}/task/${thread}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[16]
  assert.ok(others.length === 0 && threads.length > 1)
  assert.deepEqual(new Set(threads.map(niceOf)), new Set(['7']))
})

test('a host that starts no process refuses the work and not the document', async (context) => {
  const pool = await openPool({ startMs: 5000 }, { entry: fileURLToPath(new URL('fixtures/nowhere.ts', import.meta.url)), context })
  assert.deepEqual(await outcomes(pool, ['good', 'good']), ['too_busy', 'too_busy'])
  // More than the system takes as one argument: it refuses at once.
  const refused = await openPool({}, { entry: '/'.padEnd(1_000_000, 'x'), context })
  const before = folders().length
  assert.deepEqual(await outcomes(refused, ['good']), ['too_busy'])
  assert.equal(folders().length, before)
})

test('an archive that ends its process is named, after the documents that came before', async (context) => {
  const pool = await rogues(context, { timeMs: 400 })
  const read = async (content: string) => {
    const seen: string[] = []
    for await (const item of pool.unpack(raw('a', content), forever))
      seen.push('error' in item ? `${item.id} ${item.error.code}` : String(item.content))
    return seen
  }
  assert.deepEqual(await read('good'), ['first', 'a parser_died'])
  assert.deepEqual(await read('die'), ['a parser_died'])
  assert.deepEqual(await read('hang'), ['a parser_limit'])
  for await (const item of pool.unpack(raw('a', 'good'), forever)) {
    assert.ok('content' in item)
    break
  }
  const controller = new AbortController()
  const cancelled = Array.fromAsync(pool.unpack(raw('a', 'hang'), { ...forever, signal: controller.signal }))
  setTimeout(() => {
    controller.abort()
  }, 100)
  await assert.rejects(cancelled, { code: 'cancelled' })
  assert.deepEqual(shown(await outcomes(pool, ['good'])), ['ok'], 'its process serves nobody else')
})

test('archives wait for their turn, and parsing does not wait for archives', async (context) => {
  const pool = await rogues(context, { unpackers: 1, queueDocuments: 1 })
  const held = pool.unpack(raw('a', 'good'), forever)[Symbol.asyncIterator]()
  await held.next()
  assert.deepEqual(shown(await outcomes(pool, ['good'])), ['ok'])
  const controller = new AbortController()
  const waiting = Array.fromAsync(pool.unpack(raw('b', 'good'), { ...forever, signal: controller.signal }))
  await assert.rejects(Array.fromAsync(pool.unpack(raw('c', 'good'), forever)), { code: 'too_busy' })
  controller.abort()
  await assert.rejects(waiting, { code: 'cancelled' }, 'who is called off does not wait for the place')
  const third = pool.unpack(raw('d', 'good'), forever)[Symbol.asyncIterator]()
  const next = third.next()
  await held.return?.()
  assert.equal((await next).done, false)
  await third.return?.()
})

test('idle processes that the host has killed are given nothing', { skip: process.platform !== 'linux' }, async (context) => {
  const pool = await rogues(context, { batchDocuments: 1 })
  // The third one brings a process in reserve.
  await outcomes(pool, ['good', 'good', 'good'])
  const pids = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1').trim().split(' ')
  while (pids().length < 2) await sleep(10)
  await sleep(500)
  const killed = pids()
  for (const pid of killed) process.kill(Number(pid), 'SIGKILL')
  // Without a turn of the event loop, so that nobody here knows yet.
  const isZombie = (pid: string) => / Z /u.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  while (!killed.every(isZombie));
  const [outcome = ''] = await outcomes(pool, ['good'])
  assert.match(outcome, /^process/u)
})

test('idle processes end, and at the close everything is gone', async (context) => {
  const pool = await rogues(context, { idleMs: 50 })
  const before = folders().length
  await outcomes(pool, ['litter'])
  assert.ok(folders().length > before)
  for (let i = 0; i < 200 && folders().length > before; i++) await sleep(50)
  assert.equal(folders().length, before)
  const waiting = outcomes(pool, ['hang', 'good'])
  await sleep(300)
  await pool.close()
  const [hanging, queued] = await waiting
  assert.deepEqual([hanging, queued], ['shutting_down', 'shutting_down'])
  assert.equal(folders().length, before)
  assert.deepEqual(await outcomes(pool, ['good']), ['shutting_down'])
})

test('folders of a service that was killed are removed by the next one, also with its number, those of a living one are not', async (context) => {
  const ended = spawnSync(process.execPath, ['--version']).pid
  const owners = [ended, process.pid, process.ppid]
  const [dead, namesake, living] = await Promise.all(owners.map((pid) => mkdtemp(join(tmpdir(), `ration-parse-${pid}-1-`))))
  context.after(() => rm(living ?? '', { recursive: true }))
  const pool = await openPool({}, { context })
  await outcomes(pool, ['good'])
  const own = folders()
  await openPool({}, { context })
  assert.deepEqual(
    [dead, namesake, living].map((each) => existsSync(each ?? '')),
    [false, false, true],
  )
  assert.ok(own.length > 0)
  assert.deepEqual(folders(), own)
})
