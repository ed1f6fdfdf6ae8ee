import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../../src/core/errors.ts'
import type { JobId } from '../../../src/core/ids.ts'
import type { ControlDatabase } from '../../../src/state/database.ts'
import type { JobQueue, JobStatus, JobWork } from '../../../src/core/ports/job-queue.ts'
import { createJobQueue } from '../../../src/state/jobs/job-queue.ts'
import type { JobSettings } from '../../../src/state/jobs/settings.ts'
import { limits, noWarning, openTestControl, systemClock as clock, temporaryDirectory } from '../database-fixture.ts'
import { ACME, documentItem, ended, idOf, itemsOf, JOBS, settling, submission } from './fixture.ts'

const CHILD = fileURLToPath(new URL('worker-child.ts', import.meta.url))
const PAGE = { after: null, limit: 1000 }

/** A queue with a database of its own; `stop` closes both. */
async function open(t: TestContext, directory: string, work: JobWork, settings: Partial<JobSettings> = {}) {
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const control = await openTestControl(directory, warn)
  const queue = await createJobQueue({ ...JOBS, ...settings }, { ...control, directory, clock, warn, work })
  let isOpen = true
  const stop = async () => {
    if (!isOpen) return
    isOpen = false
    await queue.close()
    await control.database.destroy()
  }
  t.after(stop)
  return { queue, stop, warnings, statements: control.statements }
}

const folders = (directory: string) => readdirSync(join(directory, 'spool')).filter((name) => name.startsWith('job_'))

/** Work that a closing queue interrupts. */
const stuck = settling(
  (_id, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
)

async function wait(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : [])

const child = (...args: string[]) => spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })

test('a control database that is lost comes back from the journal and the spool', async (t) => {
  const directory = await temporaryDirectory(t)
  const bad: JobWork = {
    async run(job, items, events, own) {
      if (job.feature === 'waits') return stuck.run(job, items, events, own)
      for await (const item of items) {
        const error = { code: 'document_unreadable', message: 'no' } as const
        events.settled({ id: idOf(item), status: 'failed', chunks: 0, error })
      }
    },
  }
  const first = await open(t, directory, bad)
  const done = await ended(first.queue, await first.queue.submit(submission(['bad'], { idempotencyKey: 'k' }), limits()))
  const running = await first.queue.submit(submission(['a', 'b'], { feature: 'waits' }), limits())
  const waiting = await first.queue.submit(submission(['c']), limits())
  const dropped = await first.queue.submit(submission(['d']), limits())
  await first.queue.cancel(ACME, dropped.id)
  const letters = await first.queue.deadLetters(ACME, null, PAGE)
  assert.equal(letters.length, 1)
  await first.stop()
  rmSync(join(directory, 'control'), { recursive: true })

  const second = await open(t, directory, settling())
  assert.deepEqual(await second.queue.status(ACME, done.id), done)
  assert.equal((await second.queue.submit(submission(['bad'], { idempotencyKey: 'k' }), limits())).id, done.id)
  assert.deepEqual(await second.queue.deadLetters(ACME, null, PAGE), letters)
  assert.equal((await second.queue.status(ACME, dropped.id)).state, 'cancelled')
  assert.deepEqual((await ended(second.queue, running)).counts.new, 2)
  assert.equal((await ended(second.queue, waiting)).state, 'done')
  // What was cancelled can still be begun again, and a letter that was discarded stays away.
  await second.queue.retry(ACME, dropped.id)
  assert.equal((await ended(second.queue, dropped)).counts.new, 1)
  await second.queue.discardDeadLetters(ACME, null)
  await second.stop()
  rmSync(join(directory, 'control'), { recursive: true })
  const third = await open(t, directory, settling())
  assert.deepEqual(await third.queue.deadLetters(ACME, null, PAGE), [])
  assert.equal((await third.queue.list(ACME, 'done', PAGE)).length, 4)
  assert.deepEqual(folders(directory), [])
})

test('a payload that nobody acknowledged goes at the next start; one that is gone or damaged fails its job alone', async (t) => {
  const directory = await temporaryDirectory(t)
  const first = await open(t, directory, stuck)
  const jobs = []
  for (const id of ['a', 'b', 'c', 'd']) jobs.push(await first.queue.submit(submission([id]), limits()))
  const [, gone, torn, whole] = jobs
  assert.ok(gone !== undefined && torn !== undefined && whole !== undefined)
  await first.stop()
  const orphan = join(directory, 'spool', 'job_01ARZ3NDEKTSV4RRFFQ69G5FAV')
  mkdirSync(orphan)
  writeFileSync(join(orphan, 'items'), 'half')
  rmSync(join(directory, 'spool', gone.id), { recursive: true })
  truncateSync(join(directory, 'spool', torn.id, 'items'), 20)
  const second = await open(t, directory, settling())
  assert.ok(!existsSync(orphan))
  for (const { id } of [gone, torn]) {
    const { state, error } = await ended(second.queue, { tenant: ACME, id })
    assert.deepEqual([state, error?.code], ['failed', 'state_damaged'])
  }
  assert.equal((await ended(second.queue, whole)).state, 'done')
  assert.equal(second.warnings.length, 1)
  await assert.rejects(second.queue.retry(ACME, gone.id), { code: 'invalid_request' })
})

test('a start lists the dead letters that are on disk, those and no other', async (t) => {
  const directory = await temporaryDirectory(t)
  const bad: JobWork = {
    async run(_job, items, events) {
      for await (const item of items) {
        events.settled({ id: idOf(item), status: 'failed', chunks: 0, error: { code: 'document_unreadable', message: 'no' } })
      }
    },
  }
  const first = await open(t, directory, bad)
  for (const id of ['a', 'b', 'c']) await ended(first.queue, await first.queue.submit(submission([id]), limits()))
  const letters = await first.queue.deadLetters(ACME, null, PAGE)
  const [ofC, ofB] = letters
  await first.stop()
  const control = await openTestControl(directory)
  await control.statements.executeSql('delete from ration.dead_letters where id = $1', [ofC?.id])
  await control.database.destroy()
  rmSync(join(directory, 'spool', ofB?.job ?? '', 'letters'), { recursive: true })
  const second = await open(t, directory, bad)
  assert.deepEqual(
    await second.queue.deadLetters(ACME, null, PAGE),
    letters.filter((letter) => letter !== ofB),
  )
})

test('ended jobs are forgotten by age and number, and the journal shrinks', async (t) => {
  const directory = await temporaryDirectory(t)
  const journal = join(directory, 'spool', 'intake.jsonl')
  const first = await open(t, directory, settling(), { journalBytes: 4000, keepJobs: 3 })
  const jobs = []
  for (let n = 0; n < 12; n++) jobs.push(await ended(first.queue, await first.queue.submit(submission(['a']), limits())))
  await first.stop()
  assert.ok(readFileSync(journal).length < 8000, `${readFileSync(journal).length} bytes`)
  const second = await open(t, directory, settling(), { keepJobs: 3 })
  assert.deepEqual(
    (await second.queue.list(ACME, null, PAGE)).map(({ id }) => id),
    jobs
      .slice(-3)
      .map(({ id }) => id)
      .reverse(),
  )
  await second.stop()
  const later = { now: () => clock.now(), wall: () => Date.now() + 8 * 86_400_000 }
  const control = await openTestControl(directory)
  const third = await createJobQueue(JOBS, { ...control, directory, clock: later, warn: noWarning, work: settling() })
  assert.deepEqual(await third.list(ACME, null, PAGE), [])
  await third.close()
  await control.database.destroy()
})

test('attempts are counted over restarts, deaths apart', async (t) => {
  const directory = await temporaryDirectory(t)
  const weather = settling(() => {
    throw new AppError('model_unavailable', 'no model')
  })
  const first = await open(t, directory, weather, { attempts: 3, backOffS: 3600, backOffMaxS: 3600 })
  const job = await first.queue.submit(submission(['a']), limits())
  await waiting(first.queue, job.id, 1)
  await first.stop()
  // The row still has a back-off of an hour; as if it were over.
  const content = JSON.stringify({ notBefore: null })
  const elapse = async ({ statements }: ControlDatabase) => {
    await statements.executeSql(`update ration.jobs set content = (content::jsonb || '${content}')::text`)
  }
  const note = { isRunning: true, deaths: 0, alone: null, suspects: {} }
  for (const [attempts, deaths] of [
    [2, 0],
    [3, 1],
  ] as const) {
    const control = await openTestControl(directory)
    await elapse(control)
    await control.database.destroy()
    if (deaths > 0) writeFileSync(join(directory, 'spool', job.id, 'worker'), JSON.stringify(note))
    const next = await open(t, directory, weather, { attempts: 3, backOffS: 3600, backOffMaxS: 3600 })
    await waiting(next.queue, job.id, attempts)
    assert.equal((await next.queue.status(ACME, job.id)).workerDeaths, deaths)
    await next.stop()
  }
  const control = await openTestControl(directory)
  await elapse(control)
  await control.database.destroy()
  const last = await open(t, directory, weather, { attempts: 3, backOffS: 3600, backOffMaxS: 3600 })
  const { state, attempts, workerDeaths, error } = await ended(last.queue, job)
  assert.deepEqual([state, attempts, workerDeaths, error?.code], ['failed', 4, 1, 'model_unavailable'])
})

/** Waits until a job has been tried so often and waits for the next time. */
async function waiting(queue: JobQueue, id: JobId, attempts: number): Promise<void> {
  for await (const status of queue.watch(ACME, id, AbortSignal.timeout(20_000))) {
    if (status.state === 'queued' && status.notBefore !== null && status.attempts === attempts) return
  }
  assert.fail(`never waited after ${attempts} attempts`)
}

test('a payload that made room for others is not promised after a restart either', async (t) => {
  const directory = await temporaryDirectory(t)
  const small = { tenantBytes: 1000 }
  const first = await open(t, directory, stuck, small)
  const jobs = []
  for (const id of ['a', 'b']) {
    const job = await first.queue.submit(submission([], { items: itemsOf(documentItem(id, 'x'.repeat(500))) }), limits())
    await first.queue.cancel(ACME, job.id)
    jobs.push(job)
  }
  await first.stop()
  const second = await open(t, directory, settling(), small)
  await assert.rejects(second.queue.retry(ACME, jobs[0]?.id as JobId), { code: 'invalid_request' })
  await second.queue.retry(ACME, jobs[1]?.id as JobId)
  assert.equal((await ended(second.queue, { tenant: ACME, id: jobs[1]?.id as JobId })).state, 'done')
})

test('a bug at work ends the job, and the log has it', async (t) => {
  const work = settling(() => {
    throw new TypeError('secret detail')
  })
  const { queue, warnings } = await open(t, await temporaryDirectory(t), work)
  const job = await ended(queue, await queue.submit(submission(['a']), limits()))
  assert.deepEqual([job.state, job.error], ['failed', { code: 'internal', message: 'A bug in Ration' }])
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', new RegExp(`^Job ${job.id} met a bug: TypeError: secret detail\\n`))
})

test('a job that is cancelled while it is queued again for another reason is cancelled', async (t) => {
  const begun = { times: 0 }
  const cancelled = Promise.withResolvers<JobStatus>()
  const work: JobWork = {
    run({ tenant, id }, _items, _events, { signal }) {
      begun.times += 1
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          queue.cancel(tenant, id).then(cancelled.resolve, cancelled.reject)
          reject(new Error('stopped'))
        })
      })
    },
  }
  const { queue, statements } = await open(t, await temporaryDirectory(t), work)
  const job = await queue.submit(submission(['a']), limits())
  while (begun.times === 0) await sleep(5)
  await statements.executeSql('delete from ration_queue.job')
  assert.equal((await cancelled.promise).state, 'cancelled')
  assert.deepEqual([(await ended(queue, job)).state, begun.times], ['cancelled', 1])
})

test('a job whose lease is lost stops and begins again', async (t) => {
  const directory = await temporaryDirectory(t)
  const begun = { times: 0 }
  const work: JobWork = {
    async run(job, items, events, own) {
      begun.times += 1
      await (begun.times === 1 ? stuck : settling()).run(job, items, events, own)
    },
  }
  const { queue, statements } = await open(t, directory, work)
  const job = await queue.submit(submission(['a']), limits())
  while (begun.times === 0) await sleep(5)
  await statements.executeSql('delete from ration_queue.job')
  const last = await ended(queue, job)
  assert.deepEqual([last.state, last.attempts], ['done', 2])
})

test('a document that kills the process becomes a dead letter, and the rest of its job is done', async (t) => {
  const directory = await temporaryDirectory(t)
  const first = await open(t, directory, stuck)
  const job = await first.queue.submit(submission(['a', 'b', 'killer', 'c', 'd']), limits())
  await first.stop()
  writeFileSync(join(directory, 'poison'), 'killer')
  // One death with the others, two alone.
  for (let deaths = 0; deaths < 3; deaths++) {
    const worker = child(directory, 'work', '1')
    await wait(worker)
    assert.equal(worker.signalCode, 'SIGKILL')
  }
  const second = await open(
    t,
    directory,
    settling((id) => assert.ok(false, `${id} was worked on again`)),
    { poisonDeaths: 1 },
  )
  const last = await ended(second.queue, job)
  assert.deepEqual([last.state, last.counts.new, last.counts.failed, last.workerDeaths], ['done', 4, 1, 3])
  const [letter] = await second.queue.deadLetters(ACME, job.id, PAGE)
  assert.deepEqual([letter?.document, letter?.code], ['killer', 'worker_died'])
  const settled = linesOf(join(directory, 'settled')).map((line) => line.split(' ')[1])
  assert.deepEqual(new Set(settled), new Set(['a', 'b', 'c', 'd']))
})

test('killed at any moment, nothing acknowledged is lost and nothing else is begun', async (t) => {
  const directory = await temporaryDirectory(t)
  const kills = Number(process.env['RATION_TEST_KILLS'] ?? 2)
  for (let n = 0; n < kills; n++) {
    const service = child(directory, 'submit', '1000')
    await Promise.race([once(service.stdout, 'data'), wait(service)])
    // The first one is killed at its work; the others, whenever.
    while (n === 0 && linesOf(join(directory, 'acknowledged')).length < 3 && service.exitCode === null) await sleep(5)
    await sleep(Math.random() * 400)
    service.kill('SIGKILL')
    await wait(service)
    // Now and then the power goes as well, and takes what PGlite did not write.
    if (n % 2 === 1) rmSync(join(directory, 'control'), { recursive: true })
  }
  const { queue } = await open(
    t,
    directory,
    settling((id) => appendFileSync(join(directory, 'settled'), `- ${id}\n`)),
    { poisonDeaths: 1000 },
  )
  await drained(queue)
  const acknowledged = new Map(linesOf(join(directory, 'acknowledged')).map((line) => line.split(' ') as [JobId, string]))
  assert.ok(acknowledged.size > 0)
  const settled = new Set(linesOf(join(directory, 'settled')).map((line) => line.split(' ')[1]))
  for (const [id, name] of acknowledged) {
    const { state, counts } = await queue.status(ACME, id)
    assert.deepEqual([state, counts], ['done', { new: 3, changed: 0, unchanged: 0, failed: 0 }], id)
    for (const part of ['a', 'b', 'c']) assert.ok(settled.has(`${name}-${part}`), `${name}-${part} was not done`)
  }
  // A kill between the journal and its acknowledgement leaves at most one job each that nobody was told of, and it is whole.
  const jobs = await queue.list(ACME, null, { after: null, limit: 100_000 })
  assert.ok(jobs.length <= acknowledged.size + kills)
  assert.ok(jobs.every(({ state, counts }) => state === 'done' && counts.new === 3))
  assert.equal(settled.size, 3 * jobs.length)
  assert.deepEqual(folders(directory), [])
})

async function drained(queue: JobQueue): Promise<void> {
  for (;;) {
    const { waiting, running } = await queue.health()
    if (waiting + running === 0) return
    await sleep(10)
  }
}
