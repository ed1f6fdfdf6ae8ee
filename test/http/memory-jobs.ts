import type { JobId, TenantId } from '../../src/core/ids.ts'
import { AppError } from '../../src/core/errors.ts'
import type { DeadLetter, JobItem, JobPage, JobQueue, JobState, JobStatus, Submission } from '../../src/core/ports/job-queue.ts'
import { attempt } from './fake-indexes.ts'

/** In place of the queue, which this room knows through its port only: it keeps what it is given, and a test says what becomes of it. */
export class MemoryJobs implements JobQueue {
  readonly jobs: { status: JobStatus; readonly items: readonly JobItem[]; readonly submission: Submission }[] = []
  readonly letters: { readonly tenant: TenantId; readonly letter: DeadLetter; readonly item: JobItem }[] = []
  readonly #watchers = new Set<() => void>()

  async submit(submission: Submission): Promise<JobStatus> {
    const known = this.jobs.find(
      ({ submission: one }) =>
        one.tenant === submission.tenant && submission.idempotencyKey !== null && one.idempotencyKey === submission.idempotencyKey,
    )
    if (known !== undefined) {
      if (known.submission.requestHash !== submission.requestHash) throw new AppError('idempotency_conflict', 'Another request')
      return known.status
    }
    const items = await Array.fromAsync(submission.items)
    const status = queued(`job_${String(this.jobs.length + 1).padStart(26, '0')}` as JobId, submission, items)
    this.jobs.push({ status, items, submission })
    return status
  }

  status(tenant: TenantId, id: JobId): Promise<JobStatus> {
    return attempt(() => this.#find(tenant, id).status)
  }

  list(tenant: TenantId, state: JobState | null, { after, limit }: JobPage): Promise<readonly JobStatus[]> {
    const mine = this.jobs
      .map(({ status }) => status)
      .filter((status) => status.tenant === tenant && (state === null || status.state === state))
    return Promise.resolve(pageOf(mine.reverse(), after, limit))
  }

  async *watch(tenant: TenantId, id: JobId, signal: AbortSignal): AsyncGenerator<JobStatus, void, undefined> {
    while (!signal.aborted) {
      const { status } = this.#find(tenant, id)
      yield status
      if (['done', 'failed', 'cancelled'].includes(status.state)) return
      if (status !== this.#find(tenant, id).status) continue
      await new Promise<void>((resolve) => {
        this.#watchers.add(resolve)
        if (signal.aborted) resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  /** What a worker would do. */
  change(id: JobId, change: Partial<JobStatus>): void {
    const job = this.jobs.find(({ status }) => status.id === id)
    if (job !== undefined) job.status = { ...job.status, ...change }
    for (const watcher of this.#watchers) watcher()
    this.#watchers.clear()
  }

  /** The first item of a job, as one that failed. */
  bury(id: JobId): void {
    const { status, items } = this.jobs.find((job) => job.status.id === id) ?? {}
    const item = items?.[0]
    if (status === undefined || item === undefined) throw new Error('nothing to bury')
    const document = item.kind === 'url' ? item.id : item.document.id
    const letter: DeadLetter = {
      id: `dl_${this.letters.length + 1}`,
      job: id,
      index: status.index,
      document,
      code: 'invalid_document',
      message: 'It is bad',
      bytes: 3,
      at: 1_800_000_000_000,
      retries: 0,
    }
    this.letters.unshift({ tenant: status.tenant, letter, item })
  }

  cancel(tenant: TenantId, id: JobId): Promise<JobStatus> {
    return attempt(() => {
      const job = this.#find(tenant, id)
      this.change(
        id,
        job.status.state === 'queued' || job.status.state === 'running' ? { state: 'cancelled', finishedAt: 1_800_000_000_000 } : {},
      )
      return job.status
    })
  }

  retry(tenant: TenantId, id: JobId): Promise<JobStatus> {
    return attempt(() => {
      const job = this.#find(tenant, id)
      this.change(id, { state: 'queued', finishedAt: null })
      return job.status
    })
  }

  deadLetters(tenant: TenantId, job: JobId | null, { after, limit }: JobPage): Promise<readonly DeadLetter[]> {
    const mine = this.#lettersOf(tenant, null).filter(({ letter }) => job === null || letter.job === job)
    return Promise.resolve(
      pageOf(
        mine.map(({ letter }) => letter),
        after,
        limit,
      ),
    )
  }

  payload(tenant: TenantId, id: string): Promise<JobItem> {
    return attempt(() => this.#lettersOf(tenant, [id])[0]?.item as JobItem)
  }

  retryDeadLetters(tenant: TenantId, ids: readonly string[] | null): Promise<readonly JobStatus[]> {
    return attempt(() => {
      const jobs = new Set(this.#lettersOf(tenant, ids).map(({ letter }) => letter.job))
      return [...jobs].map((id) => this.#find(tenant, id).status)
    })
  }

  discardDeadLetters(tenant: TenantId, ids: readonly string[] | null): Promise<number> {
    return attempt(() => {
      const gone = this.#lettersOf(tenant, ids)
      for (const one of gone) this.letters.splice(this.letters.indexOf(one), 1)
      return gone.length
    })
  }

  health() {
    const waiting = this.jobs.filter(({ status }) => status.state === 'queued').length
    return Promise.resolve({ waiting, running: 0, oldestMs: 0, deadLetters: this.letters.length, failures: {}, workerDeaths: 0 })
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #find(tenant: TenantId, id: JobId) {
    const found = this.jobs.find(({ status }) => status.id === id && status.tenant === tenant)
    if (found === undefined) throw new AppError('job_not_found', 'There is no job of that id', { id })
    return found
  }

  #lettersOf(tenant: TenantId, ids: readonly string[] | null) {
    const mine = this.letters.filter((one) => one.tenant === tenant)
    const missing = ids?.find((id) => !mine.some(({ letter }) => letter.id === id))
    if (missing !== undefined) throw new AppError('job_not_found', 'There is no dead letter of that id', { id: missing })
    return ids === null ? mine : mine.filter(({ letter }) => ids.includes(letter.id))
  }
}

const pageOf = <Entry extends { readonly id: string }>(all: readonly Entry[], after: string | null, limit: number): readonly Entry[] => {
  const start = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1
  return all.slice(start, start + limit)
}

const queued = (id: JobId, { tenant, index, feature }: Submission, items: readonly JobItem[]): JobStatus => ({
  id,
  tenant,
  index,
  feature,
  state: 'queued',
  stage: 'waiting',
  total: items.length,
  counts: { new: 0, changed: 0, unchanged: 0, failed: 0 },
  chunks: 0,
  bytes: 3,
  attempts: 0,
  workerDeaths: 0,
  rate: null,
  estimatedEndAt: null,
  errors: [],
  error: null,
  createdAt: 1_800_000_000_000,
  startedAt: null,
  finishedAt: null,
  notBefore: null,
})
