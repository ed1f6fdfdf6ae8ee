/** The section `jobs` as far as the queue reads it; units and reasons stand in src/config/sections/jobs.ts. */
export interface JobSettings {
  readonly tenantJobs: number
  readonly tenantBytes: number
  readonly payloadBytes: number
  readonly items: number
  readonly concurrency: number
  readonly weights: Readonly<Record<string, number>>
  readonly attempts: number
  readonly backOffS: number
  readonly backOffMaxS: number
  readonly fullDiskMs: number
  readonly leaseS: number
  readonly runMinutes: number
  readonly poisonDeaths: number
  readonly keepDays: number
  readonly keepJobs: number
  readonly deadLetters: number
  readonly watchers: number
  readonly watchMs: number
  readonly idempotencyDays: number
  readonly journalBytes: number
}
