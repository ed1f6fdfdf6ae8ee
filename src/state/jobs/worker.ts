import type { JobId, TenantId } from '../../core/ids.ts'
import { attempt, type Outcome } from './attempt.ts'
import { finish } from './finish.ts'
import { failureOf, hasEnded, type JobFailure } from './job-record.ts'
import { isWaiting, type LiveJob, type StopReason } from './live-job.ts'
import { countFailure, orWarn, type QueueParts } from './parts.ts'

/** How long the loop waits where the database does not answer, or hands out what it should not. */
const POLL_MS = 1000
/** Three heartbeats fit into a lease, so that one that is late loses nothing. */
const BEATS = 3
/** A timer takes no longer time. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Begins jobs as long as there are fewer than `concurrency`, tenant after tenant by their shares. Woken by what is submitted and by what ends; while
 * nothing waits it does nothing at all.
 */
export class Worker {
  readonly #parts: QueueParts
  readonly #running = new Set<LiveJob>()
  #turn: Promise<void> | null = null
  #isWanted = false
  #isClosed = false
  #timer: NodeJS.Timeout | null = null
  #expiry: NodeJS.Timeout | null = null

  constructor(parts: QueueParts) {
    this.#parts = parts
  }

  /** Somebody may have something to do. */
  wake(): void {
    this.#isWanted = true
    this.#turn ??= this.#turns()
  }

  async #turns(): Promise<void> {
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false
      try {
        await this.#fill()
      } catch (error) {
        this.#parts.warn(`Jobs could not be taken from the queue and will be again: ${String(error)}`)
        this.#wakeIn(POLL_MS)
      }
    }
    this.#turn = null
  }

  async #fill(): Promise<void> {
    const { settings, shares, view } = this.#parts
    if (view.isBehind) await view.flush()
    while (this.#running.size < settings.concurrency && !this.#isClosed) {
      const tenant = shares.next(this.#readyTenants())
      if (tenant === null) break
      const job = await this.#take(tenant)
      if (job === null) {
        this.#wakeIn(POLL_MS)
        return
      }
      // It may have been cancelled since it was taken.
      if (isWaiting(job)) this.#begin(job)
    }
    if (view.isBehind) this.#wakeIn(POLL_MS)
    else this.#wakeAtNext()
  }

  #queued(): LiveJob[] {
    return Array.from(this.#parts.view.live.values()).filter(isWaiting)
  }

  #isReady = ({ record }: LiveJob): boolean => record.notBefore === null || record.notBefore <= this.#parts.clock.wall()

  #readyTenants(): TenantId[] {
    const ready = this.#queued().filter(this.#isReady)
    return Array.from(new Set(ready.map(({ record }) => record.tenant)))
  }

  /** The job whose turn it is; null where the queue hands out none (its clock is behind ours). A message that was lost is sent again. */
  async #take(tenant: TenantId): Promise<LiveJob | null> {
    const { messages, view } = this.#parts
    for (let isSent = false; ;) {
      const id = await messages.take(tenant)
      const job = id === null ? undefined : view.live.get(id)
      if (job !== undefined && isWaiting(job)) return job
      if (id !== null) {
        // Nobody waits for it: it was cancelled, or its end could not be told.
        await messages.remove({ tenant, id })
        continue
      }
      if (isSent) return null
      const waiting = this.#queued().filter(({ record }) => record.tenant === tenant)
      await messages.send(
        tenant,
        waiting.map(({ record }) => record),
      )
      isSent = true
    }
  }

  #begin(job: LiveJob): void {
    const { clock, shares, view, watchers } = this.#parts
    const { record } = job
    const startedAt = record.startedAt ?? clock.wall()
    job.record = { ...record, state: 'running', attempts: record.attempts + 1, startedAt, notBefore: null, error: null }
    job.abort = new AbortController()
    job.stage = 'ingesting'
    job.settledHere = 0
    job.beganAt = clock.now()
    const charge = shares.begin(record.tenant)
    this.#running.add(job)
    this.#watchLeases()
    job.run = this.#run(job, job.abort).finally(() => {
      charge(clock.now() - job.beganAt)
      shares.trim()
      this.#running.delete(job)
      job.run = null
      job.abort = null
      job.stage = 'waiting'
      watchers.changed(record.id)
      this.wake()
    })
    void view.save(job.record)
    watchers.changed(record.id)
  }

  /** Never rejects: whatever happens, the job is ended or waits for its next attempt. */
  async #run(job: LiveJob, abort: AbortController): Promise<void> {
    const { spool, work, clock, watchers, settings, warn } = this.#parts
    const id = job.record.id
    const beat = setInterval(() => void this.#beat(job, abort), (settings.leaseS * 1000) / BEATS)
    try {
      const changed = () => watchers.changed(id)
      const failed = ({ code }: JobFailure) => countFailure(this.#parts, code)
      await this.#end(job, await attempt(job, settings, { spool, work, clock, warn, changed, failed }, abort.signal))
    } catch (error) {
      // The end could not be written down: all that is settled is skipped by the attempt that comes next.
      await this.#later(job, failureOf(error, id, warn), false)
    } finally {
      clearInterval(beat)
    }
  }

  async #end(job: LiveJob, outcome: Outcome): Promise<void> {
    if (outcome.kind === 'done') return finish(this.#parts, job, 'done', null, outcome.failed)
    if (outcome.kind === 'failed') return finish(this.#parts, job, 'failed', outcome.error, [])
    if (outcome.kind === 'weather') return this.#later(job, outcome.error, outcome.error.code !== 'storage_full')
    if (outcome.reason === 'cancelled') return finish(this.#parts, job, 'cancelled', null, [])
    if (outcome.reason === 'closing') return this.#giveBack(job)
    return this.#later(job, { code: 'state_unavailable', message: 'The lease was lost' }, true)
  }

  /** An orderly stop is neither an attempt nor a death. */
  async #giveBack(job: LiveJob): Promise<void> {
    job.record = { ...job.record, state: 'queued', attempts: job.record.attempts - 1 }
    await this.#parts.view.save(job.record)
  }

  /**
   * Queues a job again. What counts is an attempt of `jobs.attempts` (a death is none: they have a limit of their own), with the back-off of the queue; a
   * full disk does not count, since waiting for room takes as long as it takes.
   */
  async #later(job: LiveJob, error: JobFailure, counts: boolean): Promise<void> {
    const { view, settings, clock, warn, messages } = this.#parts
    const { record } = job
    countFailure(this.#parts, error.code)
    try {
      if (counts && record.attempts - record.workerDeaths >= settings.attempts) {
        await finish(this.#parts, job, 'failed', error, [])
        return
      }
      const notBefore = counts ? await messages.fail(record) : clock.wall() + settings.fullDiskMs
      const attempts = counts ? record.attempts : record.attempts - 1
      job.record = { ...record, state: 'queued', attempts, error, notBefore }
      if (!counts) {
        await messages.remove(record)
        await messages.send(record.tenant, [job.record])
      }
    } catch (late) {
      warn(`Job ${record.id} could not be queued again and will be: ${String(late)}`)
      job.record = { ...record, state: 'queued', error, notBefore: clock.wall() + POLL_MS }
    }
    if (!hasEnded(job.record.state)) await view.save(job.record)
  }

  async #beat(job: LiveJob, abort: AbortController): Promise<void> {
    await orWarn(
      this.#parts.warn,
      `The lease of job ${job.record.id} could not be renewed`,
      this.#parts.messages.touch(job.record).then((isOurs) => {
        if (!isOurs && !hasEnded(job.record.state)) abort.abort('lease lost' satisfies StopReason)
      }),
    )
  }

  /** While something runs, what holds a lease without renewing it is looked for once a lease. */
  #watchLeases(): void {
    this.#expiry ??= setInterval(() => {
      if (this.#running.size === 0 && this.#queued().length === 0) {
        if (this.#expiry !== null) clearInterval(this.#expiry)
        this.#expiry = null
        return
      }
      const tenants = new Set(Array.from(this.#parts.view.live.values(), ({ record }) => record.tenant))
      void orWarn(this.#parts.warn, 'Lost leases could not be looked for', this.#parts.messages.expire([...tenants]))
    }, this.#parts.settings.leaseS * 1000)
  }

  /** The next job whose back-off ends. */
  #wakeAtNext(): void {
    if (this.#running.size >= this.#parts.settings.concurrency) return
    const next = this.#queued().reduce((least, { record }) => Math.min(least, record.notBefore ?? Infinity), Infinity)
    if (next < Infinity) this.#wakeIn(Math.max(1, next - this.#parts.clock.wall()))
  }

  #wakeIn(ms: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.wake(), Math.min(ms, LONGEST_TIMER_MS))
  }

  /** Asks a running job to stop, and waits until it has. */
  async stop(id: JobId, reason: StopReason): Promise<void> {
    const job = this.#parts.view.live.get(id)
    job?.abort?.abort(reason)
    await job?.run
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#turn
    const running = Array.from(this.#running)
    for (const job of running) job.abort?.abort('closing' satisfies StopReason)
    await Promise.all(running.flatMap(({ run }) => run ?? []))
    // The last turn may have begun a job, and set them.
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (this.#expiry !== null) clearInterval(this.#expiry)
  }
}
