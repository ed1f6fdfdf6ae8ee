import type { IngestFigures } from '../build-index.ts'
import type { Machine } from '../machine.ts'
import type { Difference, Interval } from '../metrics/bootstrap.ts'

/** Figures of one system: metrics by name (`ndcg@10`, `recall@100`, …) beside times and shares. */
export interface SystemFigures {
  readonly [metric: `${string}@${number}`]: number
  readonly map: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly reranked_share: number
  readonly degraded_share: number
  readonly interval: Readonly<Record<string, Interval>>
  readonly by_intent: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** nDCG@10 by query id; with `--per-query`. */
  readonly per_query?: Readonly<Record<string, number>>
}

export interface RecallResult {
  readonly bench: 'recall'
  readonly dataset: string
  readonly corpus: string
  readonly profile: string
  readonly unit: string
  readonly hierarchy: boolean
  readonly intent: boolean
  readonly queries: number
  readonly systems: Readonly<Record<string, SystemFigures>>
  /** Paired differences of nDCG@10, `later-earlier`. */
  readonly differences: Readonly<Record<string, Difference>>
  readonly versions: Readonly<Record<string, string>>
  readonly ingest: IngestFigures
  readonly machine: Machine
}

/** Several data sets in one run. */
export interface RecallResults {
  readonly bench: 'recall'
  readonly profile: string
  readonly unit: string
  readonly datasets: readonly RecallResult[]
  /** nDCG@10 by system, every data set counted once. */
  readonly mean: Readonly<Record<string, number>>
}
