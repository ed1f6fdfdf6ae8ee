import { AppError, ERROR_CODES } from '../../core/errors.ts'
import type { DocumentId } from '../../core/ids.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { JobEvents, JobItem, JobWork } from '../../core/ports/job-queue.ts'
import type { Limits } from '../../core/ports/limits.ts'
import { failureOf, type JobFailure, type Settled } from './job-record.ts'
import type { LiveJob, StopReason } from './live-job.ts'
import type { JobSettings } from './settings.ts'
import { SettledLog } from './settled-log.ts'
import { idOf, type NumberedItem, type Spool } from './spool.ts'
import { Tally } from './tally.ts'
import { beginNote, clearNote, readNote, writeNote, type WorkerNote } from './worker-note.ts'

/** How one attempt at a job ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly failed: readonly Settled[] }
  | { readonly kind: 'failed'; readonly error: JobFailure }
  /** Something that passes. */
  | { readonly kind: 'weather'; readonly error: JobFailure }
  | { readonly kind: 'stopped'; readonly reason: StopReason }

export interface AttemptPorts {
  readonly spool: Spool
  readonly work: JobWork
  readonly clock: Clock
  readonly warn: (message: string) => void
  /** The job has another status. */
  readonly changed: () => void
  readonly failed: (error: JobFailure) => void
}

/**
 * So many deaths at a document that was worked on alone, after everything else of its job was done: one can be a coincidence with a power cut or an
 * operator's `kill -9`.
 */
const CONDEMNED = 2

/**
 * Works on a job once. What earlier attempts settled is skipped. A job at which `poisonDeaths` workers died goes on one item at a time, with a
 * durable note of which, so that the next start knows what the process died of.
 */
export async function attempt(
  job: LiveJob,
  settings: Pick<JobSettings, 'poisonDeaths' | 'runMinutes'>,
  ports: AttemptPorts,
  signal: AbortSignal,
): Promise<Outcome> {
  const folder = ports.spool.folder(job.record.id)
  try {
    const note = await readNote(folder)
    await beginNote(folder, note)
    const log = await SettledLog.open(folder)
    const limits: Limits = { signal, deadline: ports.clock.now() + settings.runMinutes * 60_000 }
    try {
      const run = new Attempt(job, log, ports, limits)
      await (note.deaths < settings.poisonDeaths ? run.together() : run.oneByOne(note, settings.poisonDeaths))
    } finally {
      await log.close().finally(() => clearNote(folder, note))
    }
    if (signal.aborted) return { kind: 'stopped', reason: signal.reason as StopReason }
    return { kind: 'done', failed: Array.from(log.documents.values()).filter(({ error }) => error !== null) }
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped', reason: signal.reason as StopReason }
    const failure = failureOf(error, job.record.id, ports.warn)
    return { kind: ERROR_CODES[failure.code].retry ? 'weather' : 'failed', error: failure }
  }
}

class Attempt {
  readonly #job: LiveJob
  readonly #log: SettledLog
  readonly #ports: AttemptPorts
  readonly #limits: Limits
  readonly #tally: Tally

  constructor(job: LiveJob, log: SettledLog, ports: AttemptPorts, limits: Limits) {
    this.#job = job
    this.#log = log
    this.#ports = ports
    this.#limits = limits
    this.#tally = new Tally(job.record.items, log.documents.values())
    job.record = { ...job.record, ...this.#tally.sums }
  }

  together(): Promise<void> {
    return this.#run(this.#itemsOf(this.#pending()))
  }

  /** What a worker died of before comes last, so that everything else gets done. */
  async oneByOne(note: WorkerNote, poisonDeaths: number): Promise<void> {
    const { suspects } = note
    const atDocuments = Object.values(suspects).reduce((sum, deaths) => sum + deaths, 0)
    if (note.deaths - poisonDeaths - atDocuments >= poisonDeaths) {
      throw new AppError('worker_died', `The process died ${note.deaths} times at this job, and not at one of its documents`)
    }
    for await (const item of this.#pending()) if (!(item.ordinal in suspects)) await this.#alone(item, note)
    const order = Object.entries(suspects).sort(([, a], [, b]) => a - b)
    for (const [ordinal, deaths] of order) {
      for await (const item of this.#pending()) {
        if (item.ordinal !== Number(ordinal)) continue
        if (deaths >= CONDEMNED) this.#condemn(item, note.deaths)
        else await this.#alone(item, note)
      }
    }
  }

  async #alone(item: NumberedItem, note: WorkerNote): Promise<void> {
    await writeNote(this.#ports.spool.folder(this.#job.record.id), { ...note, isRunning: true, alone: item.ordinal })
    await this.#run(this.#itemsOf([item]))
  }

  #condemn(item: NumberedItem, deaths: number): void {
    const message = `The process died ${deaths} times at the job, the last times at this document alone`
    const error = { code: 'worker_died', message } as const
    this.#settled({ id: idOf(item) as DocumentId, status: 'failed', chunks: 0, error })
  }

  #run(items: AsyncIterable<JobItem>): Promise<void> {
    const { id, tenant, index, feature, key } = this.#job.record
    const events: JobEvents = {
      stage: (stage) => {
        this.#job.stage = stage
        this.#ports.changed()
      },
      settled: (document) => this.#settled(document),
    }
    return this.#ports.work.run({ id, tenant, index, feature, key }, items, events, this.#limits)
  }

  async *#pending(): AsyncGenerator<NumberedItem, undefined> {
    const { id, isRepetitive } = this.#job.record
    for await (const item of this.#ports.spool.read(id)) {
      if (this.#limits.signal.aborted) throw new AppError('cancelled', 'The job was stopped')
      if (isRepetitive || !this.#log.documents.has(idOf(item))) yield item
    }
  }

  async *#itemsOf(items: AsyncIterable<NumberedItem> | Iterable<NumberedItem>): AsyncGenerator<JobItem, undefined> {
    for await (const { item } of items) yield item
  }

  #settled({ id, status, chunks, error }: Settled): void {
    this.#job.settledHere += 1
    const settled = { id, status, chunks, error }
    const before = this.#log.add(settled)
    if (before === false) return
    this.#tally.replace(before, settled)
    if (error !== null) this.#ports.failed(error)
    this.#job.record = { ...this.#job.record, ...this.#tally.sums }
    this.#ports.changed()
  }
}
