import type { TenantId } from '../ids.ts'
import type { Limits } from './limits.ts'

/** One row a request. */
export interface UsageRow {
  readonly request: string
  readonly tenant: TenantId
  readonly key: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly kind: 'retrieve' | 'ingest'
  readonly feature: string
  readonly index: string
  readonly intent: string
  readonly profile: string
  readonly embedder: string
  readonly reranker: string | null
  readonly cohort: string
  readonly version: string
  readonly revision: number
  readonly config: string
  readonly packer: string
  readonly template: string
  readonly outcome: string
  readonly degraded: boolean
  readonly budgetTokens: number
  readonly contextTokens: number
  readonly savedTokens: number
  readonly embedTokens: number
  readonly rerankPairs: number
  /** Text and vectors that an ingest added, in bytes. */
  readonly storageBytes: number
  readonly costUsd: number
  readonly ms: number
}

/** `model` is the embedder, with the reranker where one was asked: `all-MiniLM-L6-v2@… + ration-rerank-v0@…`. */
export type UsageDimension =
  'tenant' | 'feature' | 'model' | 'profile' | 'intent' | 'day' | 'index' | 'version' | 'config' | 'cohort' | 'kind'

export interface UsageSum {
  /** Values of the dimensions asked for, in the order asked; `day` is `2026-03-01` in UTC, `version` is `docs@v2` as `diff` takes it. */
  readonly group: Readonly<Partial<Record<UsageDimension, string>>>
  readonly requests: number
  readonly degraded: number
  readonly budgetTokens: number
  readonly contextTokens: number
  readonly savedTokens: number
  readonly embedTokens: number
  readonly rerankPairs: number
  readonly storageBytes: number
  readonly costUsd: number
  /** Mean, milliseconds. */
  readonly ms: number
  readonly outcomes: Readonly<Record<string, number>>
}

export interface UsageQuery {
  /** Null is every tenant. */
  readonly tenant: TenantId | null
  readonly by: readonly UsageDimension[]
  /** Milliseconds since the epoch, half-open; null is open. */
  readonly from: number | null
  readonly to: number | null
}

/**
 * What a change did, side by side, over requests of kind `retrieve`: `requests`, `degraded` and `outcomes` are counts,
 * every other number is the mean of one request. `group` is empty.
 */
export interface UsageDiff {
  readonly before: UsageSum
  readonly after: UsageSum
}

/**
 * Books what every request cost, off the request path.
 * - `record` never throws and never waits; rows are written in batches at most `usage.flush_ms` later. A kill loses at most those rows.
 * - The buffer is bounded (`usage.buffer_rows`); rows beyond it are counted in `lost`, which is a metric: nothing is lost silently.
 * - `diff` compares two versions: an index version (`docs@v2`), a configuration hash or a cohort; `not_found` where either has no row.
 */
export interface UsageLedger {
  readonly lost: number
  record(row: UsageRow): void
  flush(limits: Limits): Promise<void>
  sum(query: UsageQuery, limits: Limits): Promise<readonly UsageSum[]>
  diff(tenant: TenantId, before: string, after: string, limits: Limits): Promise<UsageDiff>
}
