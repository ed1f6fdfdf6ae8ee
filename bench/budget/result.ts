import type { Machine } from '../machine.ts'
import type { Difference } from '../metrics/bootstrap.ts'
import type { Half } from '../tune/observe.ts'
import type { EvidenceKind } from './evidence-set.ts'

/** A context size and the recall in it, means over the questions. */
export interface TopTen {
  readonly tokens: number
  readonly recall: number
}

/** Figures of one system: `recall@256`, `precision@256`, `redundancy@256`, `unused@256`, `tokens@256`, … */
export interface BudgetFigures {
  /** Precision is null where evidence is an answer string. */
  readonly [figure: `${string}@${number}`]: number | null
  /** Mean recall over the logarithm of the budgets. */
  readonly area: number
  readonly p50_ms: number
  readonly p95_ms: number
  /** The best ten chunks, whatever the budget; null for Ration, which has no such thing. */
  readonly top10: TopTen | null
  /** Mean tokens at which the recall of naive's ten best chunks is reached, and their share of naive's tokens; null where it is not. */
  readonly tokens_to_naive10: number | null
  readonly ratio_to_naive10: number | null
  readonly tokens_to_hybrid10: number | null
  readonly ratio_to_hybrid10: number | null
  /** Recall by query id at each budget; with `--per-query`. */
  readonly per_query?: Readonly<Record<string, readonly number[]>>
}

export interface BudgetResult {
  readonly bench: 'budget'
  readonly dataset: string
  readonly profile: string
  readonly half: Half
  readonly evidence: EvidenceKind
  readonly queries: number
  readonly budgets: readonly number[]
  /** Pieces of evidence that were not found in their documents. */
  readonly not_located: number
  readonly systems: Readonly<Record<string, BudgetFigures>>
  /** Recall of Ration minus that of each other system, paired: `naive` -> `@256`. */
  readonly differences: Readonly<Record<string, Readonly<Record<string, Difference>>>>
  /** Systems that could not be asked, and why. */
  readonly left_out: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, unknown>>
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}

/** Several data sets in one run. */
export interface BudgetResults {
  readonly bench: 'budget'
  readonly profile: string
  readonly datasets: readonly BudgetResult[]
}
