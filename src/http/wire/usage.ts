import { z } from 'zod'
import type { UsageDimension, UsageSum } from '../../core/ports/usage-ledger.ts'

const DIMENSIONS = [
  'tenant',
  'feature',
  'model',
  'profile',
  'intent',
  'day',
  'index',
  'version',
  'config',
  'cohort',
  'kind',
] as const satisfies readonly UsageDimension[]
const dimension = z.enum(DIMENSIONS)

const instant = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], { error: 'must be a date (2026-01-31) or an instant (2026-01-31T12:00:00Z)' })
  .transform((value) => Date.parse(value))

export const usageQuery = z.strictObject({
  by: z
    .string()
    .max(200)
    .transform((value) => value.split(','))
    .pipe(z.array(dimension).refine((values) => new Set(values).size === values.length, 'must not repeat a dimension'))
    .optional()
    .describe(`Dimensions to sum by, separated by commas: ${DIMENSIONS.join(', ')}`),
  from: instant.optional().describe('Date or instant, inclusive'),
  to: instant.optional().describe('Date or instant, exclusive'),
})

const name = z.string().min(1).max(256)
export const usageDiffQuery = z.strictObject({
  before: name.describe('An index version (`docs@v2`), a configuration hash or a cohort'),
  after: name.describe('The same kind of thing'),
})

const count = z.int().min(0)

export const usageSumSchema = z
  .strictObject({
    group: z.partialRecord(dimension, z.string()),
    requests: count,
    degraded: count,
    budget_tokens: z.number(),
    context_tokens: z.number(),
    saved_tokens: z.number(),
    embed_tokens: z.number(),
    rerank_pairs: z.number(),
    storage_bytes: z.number().describe('Text and vectors that ingests added'),
    cost_usd: z.number(),
    ms: z.number().describe('Mean'),
    outcomes: z.record(z.string(), z.number()),
  })
  .meta({ id: 'UsageSum' })

export function usageSumToWire(sum: UsageSum): z.output<typeof usageSumSchema> {
  return {
    group: { ...sum.group },
    requests: sum.requests,
    degraded: sum.degraded,
    budget_tokens: sum.budgetTokens,
    context_tokens: sum.contextTokens,
    saved_tokens: sum.savedTokens,
    embed_tokens: sum.embedTokens,
    rerank_pairs: sum.rerankPairs,
    storage_bytes: sum.storageBytes,
    cost_usd: sum.costUsd,
    ms: sum.ms,
    outcomes: { ...sum.outcomes },
  }
}
