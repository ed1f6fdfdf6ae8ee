import { AppError } from '../../src/core/errors.ts'
import { datasetsOf, isBudgetResult } from '../budget/result.ts'
import { compareBudgets } from '../budget/compare.ts'
import { pairedDifference } from '../metrics/bootstrap.ts'
import type { Comparison } from './comparison.ts'
import type { RecallResult, RecallResults, SystemFigures } from '../recall/result.ts'

/** Every system of every data set that stands in both results. Rejects `invalid_dataset` for what is no recall or budget result. */
export function compareResults(a: unknown, b: unknown): readonly Comparison[] {
  if (isBudgetResult(a) && isBudgetResult(b)) return compareBudgets(datasetsOf(a), datasetsOf(b))
  const after = new Map(resultsOf(b).map((result) => [result.dataset, result]))
  return resultsOf(a).flatMap((before) =>
    Object.entries(before.systems).flatMap(([system, figures]) => {
      const other = after.get(before.dataset)?.systems[system]
      return other === undefined ? [] : [compareSystem(before.dataset, system, figures, other)]
    }),
  )
}

function compareSystem(dataset: string, system: string, before: SystemFigures, after: SystemFigures): Comparison {
  const [a, b] = [before['ndcg@10'] ?? 0, after['ndcg@10'] ?? 0]
  const shared = Object.keys(before.per_query ?? {}).filter((query) => after.per_query?.[query] !== undefined)
  if (shared.length === 0) return { dataset, system, a, b, difference: b - a, interval: null, p: null, queries: 0 }
  const scores = (figures: SystemFigures) => shared.map((query) => figures.per_query?.[query] ?? 0)
  const { mean, interval, p, queries } = pairedDifference(scores(after), scores(before))
  return { dataset, system, a, b, difference: mean, interval, p, queries }
}

function resultsOf(value: unknown): readonly RecallResult[] {
  if (typeof value !== 'object' || value === null || !('bench' in value) || value.bench !== 'recall') {
    throw new AppError('invalid_dataset', 'not a result of `ration bench recall`, or only one of `ration bench budget`', {})
  }
  const result = value as RecallResult | RecallResults
  return 'datasets' in result ? result.datasets : [result]
}
