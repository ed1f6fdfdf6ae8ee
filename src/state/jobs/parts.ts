import type { Db as Statements } from 'pg-boss'
import type { ErrorCode } from '../../core/errors.ts'
import type { JobId } from '../../core/ids.ts'
import type { Clock } from '../../core/ports/clock.ts'
import type { JobWork } from '../../core/ports/job-queue.ts'
import type { Database } from '../schema.ts'
import type { Admission } from './admission.ts'
import type { JobRows } from './job-rows.ts'
import type { JobsView } from './jobs-view.ts'
import type { KeptPayloads } from './kept-payloads.ts'
import type { Journal, Remembered } from './journal.ts'
import type { LetterRows } from './letter-rows.ts'
import type { Letters } from './letters.ts'
import type { Messages } from './messages.ts'
import type { JobSettings } from './settings.ts'
import type { Shares } from './shares.ts'
import type { Spool } from './spool.ts'
import type { Watchers } from './watchers.ts'

export interface JobQueuePorts {
  readonly database: Database
  /** Runs pg-boss' own statements on the same database. */
  readonly statements: Statements
  readonly backend: 'pglite' | 'postgres'
  /** The data directory; this process owns it. */
  readonly directory: string
  readonly clock: Clock
  readonly warn: (message: string) => void
  readonly work: JobWork
}

/** What the parts of a queue share. */
export interface QueueParts {
  readonly settings: JobSettings
  readonly clock: Clock
  readonly warn: (message: string) => void
  readonly work: JobWork
  readonly spool: Spool
  readonly journal: Journal
  readonly rows: JobRows
  readonly view: JobsView
  readonly kept: KeptPayloads
  /** Ended jobs that are being begun again. */
  readonly requeues: Map<JobId, Promise<void>>
  readonly letters: Letters
  readonly letterRows: LetterRows
  readonly messages: Messages
  readonly admission: Admission
  readonly shares: Shares
  readonly watchers: Watchers
  /** What is remembered of ended jobs, from now. */
  readonly remembered: () => Remembered
  /** 26 characters, in the order of creation. */
  readonly newId: () => string
  /** Since the process started. */
  readonly failures: Map<ErrorCode, number>
}

/** Does what may fail without anybody being told but the log: a later start makes up for it. */
export async function orWarn(warn: (message: string) => void, what: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    warn(`${what}: ${String(error)}`)
  }
}

/** What is left of one is removed by the next start. */
export async function dropPayloads({ spool, warn }: Pick<QueueParts, 'spool' | 'warn'>, ids: readonly JobId[]): Promise<void> {
  for (const id of ids) await orWarn(warn, `The payload of job ${id} could not be removed`, spool.drop(id))
}

export const countFailure = ({ failures }: Pick<QueueParts, 'failures'>, code: ErrorCode): void => {
  failures.set(code, (failures.get(code) ?? 0) + 1)
}
