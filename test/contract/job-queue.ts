import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../src/core/errors.ts'
import type { DocumentId, TenantId } from '../../src/core/ids.ts'
import type { JobItem, JobQueue, JobWork } from '../../src/core/ports/job-queue.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { JobSettings } from '../../src/state/jobs/settings.ts'
import { ACME, documentItem, ended, idOf, itemsOf, OTHER, settling, submission } from '../state/jobs/fixture.ts'

export interface JobQueueFixture {
  /** A data directory of its own. */
  readonly directory: () => Promise<string>
  /** A queue over it; the test closes it, or the fixture does. */
  readonly open: (t: TestContext, directory: string, work: JobWork, settings?: Partial<JobSettings>) => Promise<JobQueue>
  readonly limits: () => Limits
}

const PAGE = { after: null, limit: 100 }

const failing = (ids: readonly string[], code: 'document_unreadable' | 'parser_died' = 'document_unreadable'): JobWork => ({
  async run(_job, items, events) {
    for await (const item of items) {
      const isBad = ids.includes(idOf(item))
      const error = isBad ? { code, message: `cannot read ${idOf(item)}` } : null
      events.settled({ id: idOf(item), status: isBad ? 'failed' : 'new', chunks: isBad ? 0 : 1, error })
    }
  },
})

/** A door that work waits at, and who came to it. */
function gate() {
  const opened = Promise.withResolvers<undefined>()
  const reached = Promise.withResolvers<undefined>()
  const wait = async (signal: AbortSignal): Promise<void> => {
    reached.resolve(undefined)
    const aborted = new Promise<never>((_, reject) => {
      const stop = () => reject(new AppError('cancelled', 'stopped'))
      if (signal.aborted) stop()
      signal.addEventListener('abort', stop, { once: true })
    })
    aborted.catch(() => undefined)
    await Promise.race([opened.promise, aborted])
  }
  return { wait, open: () => opened.resolve(undefined), reached: reached.promise }
}

/** Every `JobQueue` passes. */
export function jobQueueContract(name: string, { directory, open, limits }: JobQueueFixture): void {
  const start = async (t: TestContext, work: JobWork, settings: Partial<JobSettings> = {}) => {
    const place = await directory()
    const queue = await open(t, place, work, settings)
    const left = () => readdirSync(join(place, 'spool')).filter((entry) => entry.startsWith('job_'))
    const submit = (ids: readonly string[], change = {}) => queue.submit(submission(ids, change), limits())
    return { place, queue, left, submit }
  }

  test(`${name}: work gets every item as it was submitted, and the job counts what became of them`, async (t) => {
    const seen: JobItem[] = []
    const work: JobWork = {
      async run(job, items, events) {
        assert.deepEqual(
          { tenant: job.tenant, key: job.key, index: job.index, feature: job.feature },
          { tenant: 'acme', key: 'k1', index: 'default', feature: 'tests' },
        )
        events.stage('ingesting')
        for await (const item of items) {
          seen.push(item)
          const status = (['new', 'changed', 'unchanged'] as const)[seen.length % 3] ?? 'new'
          events.settled({ id: idOf(item), status, chunks: seen.length, error: null })
        }
      },
    }
    const { queue, left } = await start(t, work)
    const items: JobItem[] = [
      documentItem('a', 'Grüße \u0000 \u2028 😀'),
      documentItem('b', new Uint8Array([0, 1, 254, 255])),
      { kind: 'url', url: 'https://example.org/x?y=ü', id: 'c' as DocumentId, title: 'C', metadata: { n: 1, tags: ['x'] } },
      documentItem('d', 'x'.repeat(3_000_000)),
      documentItem('e', ''),
      documentItem('f', new Uint8Array()),
    ]
    const job = await queue.submit(submission([], { key: 'k1', items: itemsOf(...items) }), limits())
    assert.match(job.id, /^job_[0-9A-HJKMNP-TV-Z]{26}$/)
    assert.deepEqual([job.state, job.stage, job.total, job.finishedAt], ['queued', 'waiting', 6, null])
    assert.ok(job.bytes > 3_000_000)
    const last = await ended(queue, job)
    assert.deepEqual(seen, items)
    assert.deepEqual([last.state, last.stage, last.attempts, last.workerDeaths, last.error], ['done', 'finished', 1, 0, null])
    assert.deepEqual(last.counts, { new: 2, changed: 2, unchanged: 2, failed: 0 })
    assert.equal(last.chunks, 21)
    assert.ok(last.rate !== null && last.rate > 0 && last.startedAt !== null && last.startedAt <= (last.finishedAt ?? 0))
    assert.deepEqual(await queue.status(ACME, job.id), last)
    assert.deepEqual(left(), [], 'the payload of a finished job is gone')
  })

  test(`${name}: jobs of a tenant begin in their order, and another tenant waits for one of them at most`, async (t) => {
    const begun: string[] = []
    const first = gate()
    const work = settling(async (id, signal) => {
      begun.push(id)
      if (begun.length === 1) await first.wait(signal)
      // Long enough that its time counts, whatever the clock's resolution.
      await sleep(2)
    })
    const { queue, submit } = await start(t, work)
    for (let n = 0; n < 100; n++) await submit([`a${n}`])
    await first.reached
    const other = await submit(['b'], { tenant: OTHER })
    first.open()
    await ended(queue, other)
    assert.ok(begun.indexOf('b') <= 2, `b was begun as number ${begun.indexOf('b')}`)
    const last = (await queue.list(ACME, null, { after: null, limit: 1 }))[0]
    assert.ok(last !== undefined)
    await ended(queue, last)
    assert.deepEqual(
      begun.filter((id) => id !== 'b'),
      Array.from({ length: 100 }, (_, n) => `a${n}`),
    )
  })

  test(`${name}: a tenant has as many unfinished jobs and bytes as it may, a job as many bytes and items; a refused submission leaves nothing`, async (t) => {
    const door = gate()
    const work = settling((_id, signal) => door.wait(signal))
    const { queue, submit, left } = await start(t, work, { tenantJobs: 2, tenantBytes: 2000, payloadBytes: 1500, items: 3 })
    const big = (bytes: number) => ({ items: itemsOf(documentItem('big', 'x'.repeat(bytes))) })
    await submit(['a'])
    await assert.rejects(submit(['1', '2', '3', '4']), { code: 'body_too_large', details: { items: 3 } })
    await assert.rejects(submit([], big(1500)), { code: 'body_too_large', details: { bytes: 1500 } })
    await assert.rejects(submit([]), { code: 'invalid_request' })
    await submit([], big(1200))
    await assert.rejects(submit(['c']), (error: AppError) => {
      assert.equal(error.code, 'too_busy')
      assert.ok(Number(error.details['retry_after_ms']) >= 1000)
      return true
    })
    const another = await submit(['a'], { tenant: OTHER })
    await submit([], { tenant: OTHER, ...big(1200) })
    door.open()
    await ended(queue, another)
    await submit(['d'], { tenant: OTHER })
    const full = await start(t, work, { tenantBytes: 400 })
    await full.submit(['a'])
    await assert.rejects(full.submit([], big(200)), { code: 'too_busy', details: { bytes: 400, retry_after_ms: 1000 } })
    const torn = async function* () {
      yield documentItem('a')
      await sleep(1)
      throw new AppError('cancelled', 'the client went away')
    }
    const before = left().length
    await assert.rejects(submit([], { tenant: 'third', items: torn() }), { code: 'cancelled' })
    const aborted = { signal: AbortSignal.abort(), deadline: Infinity }
    await assert.rejects(queue.submit(submission(['a']), aborted), { code: /cancelled|too_busy/ })
    assert.ok(left().length <= before)
    assert.deepEqual(await queue.list('third' as TenantId, null, PAGE), [])
  })

  test(`${name}: an idempotency key names one job, also while it is written`, async (t) => {
    const { queue, submit } = await start(t, settling())
    const change = { idempotencyKey: 'once' }
    const [one, two] = await Promise.all([submit(['a'], change), submit(['a'], change)])
    assert.equal(one.id, two.id)
    await ended(queue, one)
    assert.equal((await submit(['a'], change)).id, one.id)
    await assert.rejects(submit(['a'], { ...change, requestHash: 'other' }), { code: 'idempotency_conflict' })
    assert.notEqual((await submit(['a'], { ...change, tenant: OTHER })).id, one.id)
    assert.equal((await queue.list(ACME, null, PAGE)).length, 1)
  })

  test(`${name}: what weather stopped begins again and does not repeat what was settled; after the last attempt it has failed`, async (t) => {
    const pulled: string[] = []
    const storms = { left: 1 }
    const work: JobWork = {
      async run(_job, items, events) {
        for await (const item of items) {
          pulled.push(idOf(item))
          if (idOf(item) === 'b' && storms.left-- > 0) throw new AppError('model_unavailable', 'no model')
          events.settled({ id: idOf(item), status: 'new', chunks: 1, error: null })
        }
      },
    }
    const { queue, submit } = await start(t, work, { attempts: 3 })
    const once = await ended(queue, await submit(['a', 'b', 'c']))
    assert.deepEqual([once.state, once.attempts, once.counts.new, once.error], ['done', 2, 3, null])
    assert.deepEqual(pulled, ['a', 'b', 'b', 'c'])
    storms.left = 10
    const never = await ended(queue, await submit(['a', 'b']))
    assert.deepEqual([never.state, never.attempts, never.counts.new, never.error?.code], ['failed', 3, 1, 'model_unavailable'])
    assert.equal((await queue.health()).failures.model_unavailable, 5)
    storms.left = 0
    const again = await queue.retry(ACME, never.id)
    assert.deepEqual([again.id, again.attempts, again.counts.new], [never.id, 0, 0])
    assert.deepEqual((await ended(queue, again)).counts.new, 2)
  })

  test(`${name}: a back-off is waited for, and said`, async (t) => {
    const storms = { left: 1 }
    const work = settling(() => {
      if (storms.left-- > 0) throw new AppError('model_unavailable', 'no model')
    })
    const { queue, submit } = await start(t, work, { backOffS: 1 })
    const job = await submit(['a'])
    for await (const status of queue.watch(ACME, job.id, AbortSignal.timeout(10_000))) {
      if (status.notBefore === null) continue
      assert.deepEqual([status.state, status.error?.code], ['queued', 'model_unavailable'])
      assert.ok(status.notBefore > job.createdAt + 500)
      break
    }
    const last = await ended(queue, job)
    assert.deepEqual([last.state, last.attempts, last.notBefore], ['done', 2, null])
    assert.ok((last.finishedAt ?? 0) >= job.createdAt + 900)
  })

  test(`${name}: waiting for room on a full disk is no attempt; what is no weather ends the job at once`, async (t) => {
    const disk = { full: 5 }
    const work: JobWork = {
      async run(_job, items, events) {
        for await (const item of items) {
          if (idOf(item) === 'gone') throw new AppError('index_not_found', 'no index')
          if (idOf(item) === 'bug') throw new TypeError('secret detail')
          if (disk.full-- > 0) throw new AppError('storage_full', 'full')
          events.settled({ id: idOf(item), status: 'new', chunks: 1, error: null })
        }
      },
    }
    const { queue, submit } = await start(t, work, { attempts: 2, fullDiskMs: 5 })
    const full = await ended(queue, await submit(['a']))
    assert.deepEqual([full.state, full.attempts, disk.full], ['done', 1, -1])
    const gone = await ended(queue, await submit(['gone']))
    assert.deepEqual([gone.state, gone.attempts, gone.error], ['failed', 1, { code: 'index_not_found', message: 'no index' }])
    const bug = await ended(queue, await submit(['bug']))
    assert.deepEqual(bug.error, { code: 'internal', message: 'A bug in Ration' })
  })

  test(`${name}: a waiting and a running job can be cancelled and begun again, a finished one stays`, async (t) => {
    const door = gate()
    const work = settling((id, signal) => (id === 'b' ? door.wait(signal) : undefined))
    const { queue, submit } = await start(t, work)
    const running = await submit(['a', 'b', 'c'])
    const waiting = await submit(['d'])
    await door.reached
    const before = await queue.cancel(ACME, waiting.id)
    assert.deepEqual([before.state, before.stage, before.attempts], ['cancelled', 'finished', 0])
    const middle = await queue.cancel(ACME, running.id)
    assert.deepEqual([middle.state, middle.counts.new], ['cancelled', 1])
    assert.deepEqual(await ended(queue, running), middle)
    assert.deepEqual(await queue.cancel(ACME, running.id), middle)
    door.open()
    await queue.retry(ACME, running.id)
    await queue.retry(ACME, waiting.id)
    const done = await ended(queue, running)
    assert.deepEqual([done.state, done.counts.new], ['done', 3])
    assert.equal((await ended(queue, waiting)).state, 'done')
    assert.equal((await queue.cancel(ACME, running.id)).state, 'done')
    assert.deepEqual(await queue.retry(ACME, running.id), done)
  })

  test(`${name}: failed documents are dead letters with their payload, retried one by one or all, or discarded`, async (t) => {
    const bad = ['b', 'd', 'archive.zip/in/x', 'archive.zip/y']
    const work: JobWork = {
      async run(_job, items, events, jobLimits) {
        const inner = async function* () {
          for await (const item of items) {
            if (idOf(item) !== 'archive.zip') yield item
            else for (const path of ['in/x', 'y', 'z']) yield documentItem(`archive.zip/${path}`)
          }
        }
        await failing(bad).run(_job, inner(), events, jobLimits)
      },
    }
    const { queue, submit, left } = await start(t, work)
    const job = await ended(queue, await submit(['a', 'b', 'archive.zip', 'd']))
    assert.deepEqual([job.state, job.total, job.counts.failed, job.counts.new], ['done', 6, 4, 2])
    assert.deepEqual(job.errors, [{ code: 'document_unreadable', count: 4 }])
    const letters = await queue.deadLetters(ACME, null, PAGE)
    assert.deepEqual(new Set(letters.map(({ document }) => document)), new Set(bad))
    assert.deepEqual(
      letters,
      letters.toSorted((a, b) => (a.id < b.id ? 1 : -1)),
    )
    assert.equal((await queue.health()).deadLetters, 4)
    const letterOf = (document: string) => letters.find((letter) => letter.document === document)
    const b = letterOf('b')
    assert.ok(b !== undefined)
    assert.deepEqual([b.job, b.code, b.message, b.retries], [job.id, 'document_unreadable', 'cannot read b', 0])
    assert.deepEqual(await queue.payload(ACME, b.id), documentItem('b'))
    assert.deepEqual(await queue.payload(ACME, letterOf('archive.zip/y')?.id ?? ''), documentItem('archive.zip'))
    await assert.rejects(queue.payload(OTHER, b.id), { code: 'job_not_found' })
    await assert.rejects(queue.retryDeadLetters(OTHER, [b.id]), { code: 'job_not_found' })
    await assert.rejects(queue.discardDeadLetters(OTHER, [b.id]), { code: 'job_not_found' })
    const page = await queue.deadLetters(ACME, job.id, { after: letters[1]?.id ?? null, limit: 1 })
    assert.deepEqual(page, [letters[2]])

    const [again] = await queue.retryDeadLetters(ACME, [b.id])
    assert.ok(again !== undefined && again.id !== job.id && again.total === 1)
    await ended(queue, again)
    const [worse] = await queue.deadLetters(ACME, again.id, PAGE)
    assert.deepEqual([worse?.document, worse?.retries], ['b', 1])
    await assert.rejects(queue.payload(ACME, b.id), { code: 'job_not_found' })

    bad.length = 0
    const both = await queue.retry(ACME, job.id)
    assert.equal(both.total, 2, 'two documents of one archive are one item')
    assert.equal((await ended(queue, both)).counts.new, 4)
    assert.equal(await queue.discardDeadLetters(ACME, null), 1)
    assert.deepEqual(await queue.deadLetters(ACME, null, PAGE), [])
    assert.deepEqual(left(), [])
  })

  test(`${name}: the oldest dead letters of a tenant make room`, async (t) => {
    const { queue, submit } = await start(t, failing(['1', '2', '3', '4']), { deadLetters: 3 })
    await ended(queue, await submit(['1', '2'], { tenant: OTHER }))
    await ended(queue, await submit(['1', '2']))
    const last = await ended(queue, await submit(['3', '4']))
    assert.deepEqual(
      (await queue.deadLetters(ACME, null, PAGE)).map(({ document }) => document),
      ['4', '3', '2'],
    )
    assert.deepEqual(last.errors, [{ code: 'document_unreadable', count: 2 }])
    assert.equal((await queue.deadLetters(OTHER, null, PAGE)).length, 2)
  })

  test(`${name}: a watcher sees the first and the last status, and ends with its signal; others are refused over the limit`, async (t) => {
    const door = gate()
    const { queue, submit } = await start(
      t,
      settling((_id, signal) => door.wait(signal)),
      { watchers: 1 },
    )
    const job = await submit(['a'])
    await door.reached
    const states: string[] = []
    const stop = new AbortController()
    for await (const status of queue.watch(ACME, job.id, stop.signal)) {
      states.push(status.state)
      await assert.rejects(ended(queue, job), { code: 'too_busy' })
      stop.abort()
    }
    assert.deepEqual(states, ['running'])
    const whole = ended(queue, job)
    door.open()
    assert.equal((await whole).state, 'done')
    await assert.rejects(ended(queue, { tenant: OTHER, id: job.id }), { code: 'job_not_found' })
    for (const ask of ['status', 'cancel', 'retry'] as const) await assert.rejects(queue[ask](OTHER, job.id), { code: 'job_not_found' })
  })

  test(`${name}: lists are newest first, by state, and continue after an id`, async (t) => {
    const door = gate()
    const { queue, submit } = await start(
      t,
      settling((id, signal) => (id === '3' ? door.wait(signal) : undefined)),
    )
    const ids: string[] = []
    for (const id of ['1', '2', '3', '4', '5']) ids.unshift((await submit([id])).id)
    await door.reached
    const listed = async (...args: Parameters<JobQueue['list']>) => (await queue.list(...args)).map(({ id }) => id)
    assert.deepEqual(await listed(ACME, null, PAGE), ids)
    assert.deepEqual(await listed(ACME, null, { after: ids[1] ?? '', limit: 2 }), ids.slice(2, 4))
    assert.deepEqual(await listed(ACME, 'queued', PAGE), ids.slice(0, 2))
    assert.deepEqual(await listed(ACME, 'running', PAGE), [ids[2]])
    assert.deepEqual(await listed(ACME, 'done', PAGE), ids.slice(3))
    assert.deepEqual(await listed(OTHER, null, PAGE), [])
    const health = await queue.health()
    assert.deepEqual([health.waiting, health.running, health.deadLetters], [2, 1, 0])
    assert.ok(health.oldestMs >= 0)
    door.open()
  })

  test(`${name}: closing gives running work back; the next queue goes on where it was and remembers what ended`, async (t) => {
    const door = gate()
    const place = await directory()
    const first = await open(
      t,
      place,
      settling((id, signal) => (id === 'b' ? door.wait(signal) : undefined)),
    )
    const done = await first.submit(submission(['x'], { idempotencyKey: 'k' }), limits())
    await ended(first, done)
    const job = await first.submit(submission(['a', 'b', 'c']), limits())
    const waiting = await first.submit(submission(['d']), limits())
    await door.reached
    const watched = ended(first, job)
    watched.catch(() => undefined)
    await first.close()
    await assert.rejects(watched, { code: 'shutting_down' })
    await assert.rejects(async () => first.submit(submission(['e']), limits()), { code: 'shutting_down' })

    const pulled: string[] = []
    const second = await open(
      t,
      place,
      settling((id) => void pulled.push(id)),
    )
    const last = await ended(second, job)
    assert.deepEqual([last.state, last.counts.new, last.attempts, last.workerDeaths], ['done', 3, 1, 0])
    assert.equal((await ended(second, waiting)).state, 'done')
    assert.deepEqual(pulled, ['b', 'c', 'd'])
    assert.equal((await second.status(ACME, done.id)).state, 'done')
    assert.equal((await second.submit(submission(['x'], { idempotencyKey: 'k' }), limits())).id, done.id)
  })

  test(`${name}: as many jobs run at a time as may`, async (t) => {
    const door = gate()
    const atWork = { now: 0, most: 0 }
    const work = settling(async (_id, signal) => {
      atWork.most = Math.max(atWork.most, ++atWork.now)
      if (atWork.now === 3) door.open()
      await door.wait(signal)
      atWork.now -= 1
    })
    const { queue, submit } = await start(t, work, { concurrency: 3 })
    const jobs = await Promise.all(Array.from({ length: 8 }, (_, n) => submit([`${n}`])))
    for (const job of jobs) assert.equal((await ended(queue, job)).state, 'done')
    assert.equal(atWork.most, 3)
  })
}
