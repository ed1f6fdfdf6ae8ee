import type { Machine } from '../machine.ts'

export interface PackingFigures {
  /** Passages that compete, each with `variants` variants. */
  readonly candidates: number
  readonly variants: number
  readonly budget_tokens: number
  /** Milliseconds to choose, once the passages are built. */
  readonly ms: { readonly p50: number; readonly p95: number }
  /** Of the median, a candidate. */
  readonly us_per_candidate: number
  /** Milliseconds to find near-identical units of all candidates, median. */
  readonly cluster_ms: number
  readonly packed: number
  readonly steps: number
}

export interface PackingResult {
  readonly bench: 'packing'
  readonly results: readonly PackingFigures[]
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}
