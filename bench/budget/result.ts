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

/** The same questions over the corpus and over the corpus with near-duplicates of what naive retrieves. */
export interface DuplicatesResult {
  readonly bench: 'budget-duplicates'
  readonly dataset: string
  readonly profile: string
  readonly half: Half
  readonly evidence: EvidenceKind
  readonly queries: number
  readonly budgets: readonly number[]
  /** Near-duplicates added. */
  readonly planted: number
  /** Share of the tokens of naive's best ten chunks that repeat earlier ones. */
  readonly naive10_redundancy: { readonly clean: number; readonly planted: number }
  readonly clean: Readonly<Record<string, BudgetFigures>>
  /** With the near-duplicates; a copy of evidence counts as evidence. */
  readonly systems: Readonly<Record<string, BudgetFigures>>
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}

/** Tokens for the recall that the clean corpus gives at a budget, in the grown one, and their ratio; null where it is not reached. */
export interface GrownRecall {
  readonly budget: number
  readonly recall: number
  readonly tokens: number
  readonly grown_tokens: number | null
  readonly ratio: number | null
}

/** The same questions over the corpus and over the corpus among unrelated documents. */
export interface GrowResult {
  readonly bench: 'budget-grow'
  readonly dataset: string
  readonly profile: string
  readonly half: Half
  readonly evidence: EvidenceKind
  readonly queries: number
  readonly budgets: readonly number[]
  /** Characters of the grown corpus by those of the clean one. */
  readonly factor: number
  readonly documents: { readonly clean: number; readonly grown: number }
  readonly equal_recall: Readonly<Record<string, readonly GrownRecall[]>>
  readonly clean: Readonly<Record<string, BudgetFigures>>
  readonly systems: Readonly<Record<string, BudgetFigures>>
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}

/** Several data sets in one run. */
export interface Several<Result extends { readonly bench: string }> {
  readonly bench: Result['bench']
  readonly profile: string
  readonly datasets: readonly Result[]
}

export type BudgetResults = BudgetResult | Several<BudgetResult>
export type DuplicatesResults = DuplicatesResult | Several<DuplicatesResult>
export type GrowResults = GrowResult | Several<GrowResult>

/** The data sets of a result file. */
export const datasetsOf = <Result extends { readonly bench: string }>(result: Result | Several<Result>): readonly Result[] =>
  'datasets' in result ? result.datasets : [result]

export const isBudgetResult = (value: unknown): value is BudgetResults =>
  typeof value === 'object' && value !== null && 'bench' in value && value.bench === 'budget'
