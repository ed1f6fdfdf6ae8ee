import { AppError } from '../../src/core/errors.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { RawDocument } from '../../src/core/types.ts'
import type { ParsedSource } from './parse.ts'
import type { ParserSettings } from './parse-settings.ts'

/** A document on its way through the pool. */
export interface ParseJob {
  readonly raw: RawDocument
  readonly hash: string
  readonly limits: Limits
  readonly bytes: number
  /** A process that had parsed others before died with it: it gets one of its own, so that it does not pay for another's leak. */
  alone: boolean
  isSettled: boolean
  resolve(source: ParsedSource): void
  reject(error: unknown): void
}

/** Documents that wait for a process, first come first served. */
export interface ParseQueue {
  readonly length: number
  add(job: ParseJob): void
  /** Puts back what was taken, in front. */
  putBack(jobs: readonly ParseJob[]): void
  /** A few small documents or a single one; empty where nothing waits. What nobody waits for any more is left out. */
  takeBatch(): readonly ParseJob[]
  /** Everything that waits. */
  clear(): readonly ParseJob[]
}

type QueueSettings = Pick<ParserSettings, 'queueDocuments' | 'batchDocuments' | 'batchBytes'>

export function createParseQueue({ queueDocuments, batchDocuments, batchBytes }: QueueSettings): ParseQueue {
  let jobs: ParseJob[] = []
  let head = 0
  const dropSettled = (): void => {
    while (jobs[head]?.isSettled === true) head++
  }
  return {
    get length() {
      return jobs.length - head
    },
    add(job) {
      if (jobs.length - head >= queueDocuments) {
        throw new AppError('too_busy', `${queueDocuments} documents wait to be parsed`, { limit: queueDocuments })
      }
      jobs.push(job)
    },
    putBack(taken) {
      if (taken.length === 0) return
      jobs = [...taken, ...jobs.slice(head)]
      head = 0
    },
    takeBatch() {
      const batch: ParseJob[] = []
      let bytes = 0
      while (batch.length < batchDocuments) {
        dropSettled()
        const job = jobs[head]
        if (job === undefined) break
        if (batch.length > 0 && (job.alone || bytes + job.bytes > batchBytes)) break
        batch.push(job)
        head++
        bytes += job.bytes
        if (job.alone) break
      }
      // What was taken would stay in memory with its content.
      if (head * 2 > jobs.length) {
        jobs = jobs.slice(head)
        head = 0
      }
      return batch
    },
    clear() {
      const all = jobs.slice(head).filter((job) => !job.isSettled)
      jobs = []
      head = 0
      return all
    },
  }
}
