import { percentile } from '../metrics/percentile.ts'
import type { OpenLoopRound } from './open-loop.ts'
import type { LoadFigures, Percentiles } from './result.ts'

export const percentilesOf = (values: readonly number[]): Percentiles => ({
  p50: percentile(values, 50),
  p95: percentile(values, 95),
  p99: percentile(values, 99),
})

export function summariseLoad(rounds: readonly OpenLoopRound[]): LoadFigures {
  const all = rounds.flatMap(({ latencies }) => latencies)
  const each = rounds.filter(({ latencies }) => latencies.length > 0).map(({ latencies }) => percentilesOf(latencies))
  const median = (name: keyof Percentiles) =>
    percentile(
      each.map((round) => round[name]),
      50,
    )
  return {
    ms: percentilesOf(all),
    median_of_rounds: { p50: median('p50'), p95: median('p95'), p99: median('p99') },
    requests: all.length,
    refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
  }
}

export const ratioOf = (a: Percentiles, b: Percentiles): Percentiles => ({ p50: a.p50 / b.p50, p95: a.p95 / b.p95, p99: a.p99 / b.p99 })

/** Percentiles of each stage over the rankings that had it. */
export function summariseStages(stages: readonly Readonly<Record<string, number>>[]): Record<string, Percentiles> {
  const names = [...new Set(stages.flatMap((record) => Object.keys(record)))]
  const times = (name: string) => stages.flatMap((record) => (record[name] === undefined ? [] : [record[name]]))
  return Object.fromEntries(names.map((name) => [name, percentilesOf(times(name))]))
}
