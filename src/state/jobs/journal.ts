import type { Json } from '../../core/types.ts'
import { AppError } from '../../core/errors.ts'
import type { OpenedIntake, Mutation } from '../intake.ts'
import type { IntakeEntry } from '../intake-line.ts'
import { hasEnded, type JobRecord } from './job-record.ts'

/** Each entry holds the whole record as it is from then on, so the last one of a job counts. */
const KINDS = new Set(['job_submitted', 'job_requeued', 'job_ended'])

export interface Remembered {
  /** Jobs that ended before are forgotten, milliseconds since the epoch. */
  readonly since: number
  /** Of the others, at most so many, the latest. */
  readonly ended: number
}

/** `<data>/spool/intake.jsonl`: what was accepted and how it ended. A job that stands there without an end is begun again at every start. */
export class Journal {
  readonly #intake: OpenedIntake
  readonly #bytes: number
  readonly #remembered: () => Remembered
  #rewriteAt: number

  constructor(intake: OpenedIntake, bytes: number, remembered: () => Remembered) {
    this.#intake = intake
    this.#bytes = bytes
    this.#remembered = remembered
    this.#rewriteAt = bytes
  }

  get records(): JobRecord[] {
    return foldEntries(this.#intake.entries, this.#remembered())
  }

  submitted = (record: JobRecord): Promise<void> => this.#append('job_submitted', record)
  requeued = (record: JobRecord): Promise<void> => this.#append('job_requeued', record)
  ended = (record: JobRecord): Promise<void> => this.#append('job_ended', record)

  async #append(kind: string, record: JobRecord): Promise<void> {
    await this.#intake.append({ kind, payload: record as unknown as Json })
  }

  /** Rewrites the file where it has doubled since the last time, and is large enough to bother. A failure leaves it as it was. */
  async compact(): Promise<void> {
    if (this.#intake.size() < this.#rewriteAt) return
    await this.#intake.compact((entries) => foldEntries(entries, this.#remembered()).map(entryOf))
    this.#rewriteAt = Math.max(this.#bytes, 2 * this.#intake.size())
  }

  close = (): Promise<void> => this.#intake.close()
}

const entryOf = (record: JobRecord): Mutation => ({
  kind: hasEnded(record.state) ? 'job_ended' : 'job_submitted',
  payload: record as unknown as Json,
})

/** The records that count, in the order of their submission. Rejects `state_damaged` for a kind that this version does not know. */
export function foldEntries(entries: readonly IntakeEntry[], { since, ended }: Remembered): JobRecord[] {
  const records = new Map<string, JobRecord>()
  for (const { sequence, kind, payload } of entries) {
    if (!KINDS.has(kind))
      throw new AppError('state_damaged', `Entry ${sequence} of the jobs' intake is a ${kind}, written by a newer Ration`, { kind })
    const record = payload as unknown as JobRecord
    records.set(record.id, record)
  }
  const finished = Array.from(records.values()).filter(({ finishedAt }) => finishedAt !== null)
  finished.sort((a, b) => (b.finishedAt ?? 0) - (a.finishedAt ?? 0))
  const kept = new Set(finished.filter(({ finishedAt }) => (finishedAt ?? 0) >= since).slice(0, ended))
  return Array.from(records.values())
    .filter((record) => record.finishedAt === null || kept.has(record))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}
