import { z } from 'zod'
import { ERROR_CODES, type ErrorCode } from '../../core/errors.ts'
import type { JobId } from '../../core/ids.ts'
import type { DeadLetter, JobStatus } from '../../core/ports/job-queue.ts'
import { branded, digits, plain } from './primitives.ts'

const STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
const STAGES = ['waiting', 'fetching', 'ingesting', 'finished'] as const
const CODES = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]

const count = z.int().min(0)
const instant = z.string().nullable()
const code = z.enum(CODES)

/** Ids are made here and shown once, so any other text names nothing; its length is bounded all the same. */
export const jobId = branded<JobId>(
  plain(128)
    .min(1)
    .describe('Id of a job')
    .meta({ examples: ['job_01K8ZQ0V7M3J5X9C2B4D6F8H1N'] }),
)
export const deadLetterId = plain(128).min(1).describe('Id of a dead letter')

export const jobSchema = z
  .strictObject({
    id: z.string(),
    index: z.string(),
    feature: z.string().nullable(),
    state: z.enum(STATES).describe('`done` says that every document was dealt with; some may have failed'),
    stage: z.enum(STAGES),
    documents: z.strictObject({ total: count, new: count, changed: count, unchanged: count, failed: count }),
    chunks: count,
    bytes: count.describe('Payload on disk'),
    attempts: count,
    worker_deaths: count.describe('How often the process died at its work'),
    rate: z.number().nullable().describe('Documents a second since it started running'),
    estimated_end_at: instant,
    errors: z.array(z.strictObject({ code, count })).describe('Failed documents by reason, most frequent first'),
    error: z.strictObject({ code, message: z.string() }).nullable().describe('Why the whole job failed, or what it waits for'),
    created_at: z.string(),
    started_at: instant,
    finished_at: instant,
    not_before: instant.describe('A waiting job is not begun before'),
  })
  .meta({ id: 'Job' })

export type WireJob = z.output<typeof jobSchema>

export function jobToWire(job: JobStatus): WireJob {
  return {
    id: job.id,
    index: job.index,
    feature: job.feature === '' ? null : job.feature,
    state: job.state,
    stage: job.stage,
    documents: { total: job.total, ...job.counts },
    chunks: job.chunks,
    bytes: job.bytes,
    attempts: job.attempts,
    worker_deaths: job.workerDeaths,
    rate: job.rate,
    estimated_end_at: toInstant(job.estimatedEndAt),
    errors: job.errors.map((each) => ({ code: each.code, count: each.count })),
    error: job.error === null ? null : { code: job.error.code, message: job.error.message },
    created_at: new Date(job.createdAt).toISOString(),
    started_at: toInstant(job.startedAt),
    finished_at: toInstant(job.finishedAt),
    not_before: toInstant(job.notBefore),
  }
}

export const jobsQuery = (maxPage: number) =>
  z.strictObject({
    state: z.enum(STATES).optional().describe('Only jobs in this state'),
    ...page(jobId, maxPage),
  })

export const deadLettersQuery = (maxPage: number) =>
  z.strictObject({
    job: jobId.optional().describe('Only those of this job'),
    ...page(deadLetterId, maxPage),
  })

const page = <Id extends z.ZodType<string, string>>(id: Id, maxPage: number) => ({
  after: id.optional().describe('`next` of the page before'),
  limit: digits(maxPage).optional().describe(`Entries a page; ${DEFAULT_PAGE} where it is missing`),
})
export const DEFAULT_PAGE = 50

export const deadLetterSchema = z
  .strictObject({
    id: z.string(),
    job: z.string(),
    index: z.string(),
    document: z.string(),
    code,
    message: z.string(),
    bytes: count,
    at: z.string(),
    retries: count.describe('Retries so far'),
  })
  .meta({ id: 'DeadLetter' })

export function deadLetterToWire(letter: DeadLetter): z.output<typeof deadLetterSchema> {
  const { id, job, index, document, message, bytes, at, retries } = letter
  return { id, job, index, document, code: letter.code, message, bytes, at: new Date(at).toISOString(), retries }
}

/** Which dead letters: named ones, or all of the tenant. Saying nothing is not saying all. */
export const deadLetterChoice = (most: number) =>
  z
    .strictObject({
      ids: z.array(deadLetterId).min(1).max(most).optional(),
      all: z.literal(true).optional(),
    })
    .refine(({ ids, all }) => (ids === undefined) !== (all === undefined), 'must have either ids or all')
    .meta({ examples: [{ all: true }] })

export const NEXT = z.string().nullable().describe('`after` of the next page; null on the last')

function toInstant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
