import type { Comparison } from '../compare/comparison.ts'
import { pairedDifference } from '../metrics/bootstrap.ts'
import type { BudgetFigures, BudgetResult } from './result.ts'

/** Recall of every system at every budget that two results share. */
export function compareBudgets(a: readonly BudgetResult[], b: readonly BudgetResult[]): readonly Comparison[] {
  return a.flatMap((before) => {
    const after = b.find(({ dataset }) => dataset === before.dataset)
    if (after === undefined) return []
    const budgets = before.budgets.filter((budget) => after.budgets.includes(budget))
    return Object.keys(before.systems).flatMap((system) => budgets.flatMap((budget) => compareAt(before, after, system, budget)))
  })
}

function compareAt(before: BudgetResult, after: BudgetResult, system: string, budget: number): readonly Comparison[] {
  const [old, fresh] = [before.systems[system], after.systems[system]]
  if (old === undefined || fresh === undefined) return []
  const [a, b] = [old[`recall@${budget}`] ?? 0, fresh[`recall@${budget}`] ?? 0]
  const common = { dataset: before.dataset, system: `${system} @${budget}`, a, b }
  const shared = Object.keys(old.per_query ?? {}).filter((query) => fresh.per_query?.[query] !== undefined)
  if (shared.length === 0) return [{ ...common, difference: b - a, interval: null, p: null, queries: 0 }]
  const column = (figures: BudgetFigures, at: number) => shared.map((query) => figures.per_query?.[query]?.[at] ?? 0)
  const paired = pairedDifference(column(fresh, after.budgets.indexOf(budget)), column(old, before.budgets.indexOf(budget)))
  return [{ ...common, difference: paired.mean, interval: paired.interval, p: paired.p, queries: paired.queries }]
}
