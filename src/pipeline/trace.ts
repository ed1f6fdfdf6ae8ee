import { AppError } from '../core/errors.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { StageRecord, StageStatus } from '../core/answer.ts'

/** Statuses that make an answer worse than what the plan asked for. */
const WORSE: ReadonlySet<StageStatus> = new Set(['skipped', 'degraded', 'timeout', 'failed'])

/** What a stage says about itself when it is done. */
export interface StageNote {
  readonly in: number
  readonly out: number
  readonly status?: StageStatus
  readonly reason?: string
}

/**
 * Append-only record of what each stage did. `stages` and `degraded` of the answer, the log line and the metrics are all read from
 * here, so that they cannot disagree.
 */
export class Trace {
  readonly #clock: Clock
  readonly #records: StageRecord[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get records(): readonly StageRecord[] {
    return this.#records
  }

  get degraded(): boolean {
    return this.#records.some((record) => WORSE.has(record.status))
  }

  /** Runs a stage and records how it went; what it throws goes on to the caller. */
  async run<Output>(name: string, stage: () => Promise<readonly [Output, StageNote]>): Promise<Output> {
    const start = this.#clock.now()
    try {
      const [output, note] = await stage()
      this.#add(name, start, note)
      return output
    } catch (error) {
      this.#add(name, start, { in: 0, out: 0, ...failure(error) })
      throw error
    }
  }

  /** As `run`, for arithmetic. */
  runSync<Output>(name: string, stage: () => readonly [Output, StageNote]): Output {
    const start = this.#clock.now()
    const [output, note] = stage()
    this.#add(name, start, note)
    return output
  }

  notPlanned(name: string): void {
    this.#add(name, this.#clock.now(), { in: 0, out: 0, status: 'not_planned' })
  }

  #add(name: string, start: number, note: StageNote): void {
    const ms = Math.round((this.#clock.now() - start) * 1000) / 1000
    this.#records.push({ name, status: note.status ?? 'ok', ms, in: note.in, out: note.out, reason: note.reason ?? null })
  }
}

/** How a thrown error reads in a stage record. */
export function failure(error: unknown): { readonly status: 'timeout' | 'failed'; readonly reason: string } {
  if (!(error instanceof AppError)) return { status: 'failed', reason: 'internal' }
  return { status: error.code === 'deadline_exceeded' ? 'timeout' : 'failed', reason: error.code }
}

/** Whether an error is weather that a fallback may answer: not a bug, not the caller's mistake, and somebody still waits. */
export function isWeather(error: unknown): boolean {
  return error instanceof AppError && FALLBACK_CODES.has(error.code)
}

const FALLBACK_CODES: ReadonlySet<string> = new Set(['model_unavailable', 'deadline_exceeded', 'too_busy'])
