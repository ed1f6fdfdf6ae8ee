import { bootstrapInterval, type Interval } from './bootstrap.ts'
import { mean } from './mean.ts'
import type { Scores } from './score-query.ts'

/** Means over queries by metric name; no queries give no metrics. */
export function meanScores(queries: readonly Scores[]): Record<string, number> {
  const names = Object.keys(queries[0] ?? {})
  return Object.fromEntries(names.map((name) => [name, mean(column(queries, name))]))
}

/** 95 % intervals of the figures that people compare runs by. */
export function intervals(queries: readonly Scores[]): Record<string, Interval> {
  const headline = ['ndcg@10', 'ndcg_linear@10', 'recall@10', 'recall@100', 'mrr@10', 'map']
  const present = headline.filter((name) => queries[0]?.[name] !== undefined)
  return Object.fromEntries(present.map((name) => [name, bootstrapInterval(column(queries, name))]))
}

export const column = (queries: readonly Scores[], name: string): number[] => queries.map((scores) => scores[name] ?? 0)
