import { z } from 'zod'
import { limit } from '../setting.ts'

/** The queue of jobs: how much may wait, how it is worked off, and how long what ended is remembered. */
export const jobs = z
  .strictObject({
    concurrency: limit({
      unit: 'jobs',
      default: 1,
      min: 1,
      ceiling: 64,
      why: 'Jobs at work at a time; one keeps a small machine busy, and more make each of them and every question slower',
    }),
    tenant_jobs: limit({
      unit: 'jobs',
      default: 1000,
      min: 1,
      ceiling: 1_000_000,
      why: 'Unfinished jobs of one tenant; the next is refused `too_busy`',
    }),
    tenant_bytes: limit({
      unit: 'bytes',
      default: 10_737_418_240,
      min: 1024,
      ceiling: 10_995_116_277_760,
      why: 'Payload of one tenant on disk, of unfinished jobs; more is refused `too_busy`. Failed and cancelled jobs keep as much again for a retry, the oldest go first',
    }),
    payload_bytes: limit({
      unit: 'bytes',
      default: 2_147_483_648,
      min: 1024,
      ceiling: 1_099_511_627_776,
      why: 'Payload of one job; more is refused `body_too_large`',
    }),
    items: limit({ unit: 'documents', default: 100_000, min: 1, ceiling: 1_000_000, why: 'Documents and addresses of one job' }),
    weights: z
      .record(z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/), z.number().min(0.01).max(100))
      .refine((weights) => Object.keys(weights).length <= 1000, { message: 'must have at most 1000 entries' })
      .default({})
      .meta({
        unit: 'weight by tenant',
        why: 'A tenant of weight 2 gets twice the time of one of weight 1 while both have jobs waiting; tenants that are missing have 1',
      }),
    attempts: limit({
      unit: 'attempts',
      default: 10,
      min: 1,
      ceiling: 100,
      why: 'How often a job is begun that the weather stops (a model that does not load, a lost lease) before it has failed',
    }),
    back_off_s: limit({
      unit: 's',
      default: 2,
      min: 0,
      ceiling: 3600,
      why: 'Pause before a second attempt; it doubles with each, with jitter',
    }),
    back_off_max_s: limit({ unit: 's', default: 600, min: 1, ceiling: 86_400, why: 'Longest pause between two attempts' }),
    full_disk_ms: limit({
      unit: 'ms',
      default: 10_000,
      min: 10,
      ceiling: 3_600_000,
      why: 'Pause before work is tried again on a disk that is full',
    }),
    lease_s: limit({
      unit: 's',
      default: 60,
      min: 10,
      ceiling: 3600,
      why: 'A worker that is not heard of for so long has lost its job; it is heard of three times within',
    }),
    run_minutes: limit({
      unit: 'minutes',
      default: 720,
      min: 1,
      ceiling: 1439,
      why: 'Longest run of one attempt; a job that takes longer goes on in the next one where this one was. pg-boss knows no lease of a day or more',
    }),
    poison_deaths: limit({
      unit: 'deaths',
      default: 3,
      min: 1,
      ceiling: 100,
      why: 'A job at which the process died so often goes on one document at a time; the one that it dies of then, twice, becomes a dead letter',
    }),
    keep_days: limit({ unit: 'days', default: 7, min: 1, ceiling: 3650, why: 'An ended job is remembered so long' }),
    keep_jobs: limit({
      unit: 'jobs',
      default: 10_000,
      min: 1,
      ceiling: 1_000_000,
      why: 'Ended jobs that are remembered; the oldest go first',
    }),
    dead_letters: limit({
      unit: 'documents',
      default: 10_000,
      min: 1,
      ceiling: 1_000_000,
      why: 'Dead letters of one tenant; the oldest go first, and their jobs still count them',
    }),
    watchers: limit({ unit: 'watchers', default: 1000, min: 1, ceiling: 100_000, why: 'Who follows jobs at a time' }),
    watch_ms: limit({
      unit: 'ms',
      default: 500,
      min: 1,
      ceiling: 60_000,
      why: 'Whoever follows a job is told of changes at most so often',
    }),
    idempotency_days: limit({ unit: 'days', default: 1, min: 1, ceiling: 365, why: 'How long an Idempotency-Key names its job' }),
    journal_bytes: limit({
      unit: 'bytes',
      default: 16_777_216,
      min: 65_536,
      ceiling: 1_073_741_824,
      why: 'The journal of jobs is rewritten when it has grown by so much',
    }),
  })
  .prefault({})
