import type { Interval } from '../metrics/bootstrap.ts'

/** One figure of one system on one data set in two results: nDCG@10, or recall at a budget. Interval and p only where both kept their queries' scores. */
export interface Comparison {
  readonly dataset: string
  readonly system: string
  readonly a: number
  readonly b: number
  /** b - a, over the shared queries where they are paired. */
  readonly difference: number
  readonly interval: Interval | null
  readonly p: number | null
  /** How many queries were paired. */
  readonly queries: number
}
