import { datasetsOf, type BudgetFigures, type BudgetResult, type BudgetResults } from '../budget/result.ts'
import type { Difference } from '../metrics/bootstrap.ts'
import { figure, milliseconds, signed, type Table } from './table.ts'

/** For every data set: recall and what it costs by system, what Ration gains on each of them, and the other figures. */
export const budgetTables = (result: BudgetResults): readonly Table[] =>
  datasetsOf(result).flatMap((one) => [recallTable(one), ...differenceTables(one), costTable(one)])

/** Recall of Ration minus that of the others, with 95 % intervals. */
function differenceTables({ dataset, budgets, differences }: BudgetResult): readonly Table[] {
  const rows = Object.entries(differences).map(([name, by]) => [name, ...budgets.map((budget) => withInterval(by[`@${budget}`]))])
  return rows.length === 0 ? [] : [{ head: [`${dataset}, ration minus`, ...budgets.map((budget) => `@${budget}`)], rows }]
}

const withInterval = (difference: Difference | undefined): string =>
  difference === undefined ? '–' : `${signed(difference.mean)} (${difference.interval.map(signed).join(' to ')})`

const recallTable = ({ dataset, budgets, systems }: BudgetResult): Table => ({
  head: [
    `${dataset}, recall`,
    ...budgets.map((budget) => `@${budget}`),
    'area',
    'top 10',
    'its tokens',
    'tokens to naive',
    'ratio',
    'tokens to hybrid',
    'ratio',
  ],
  rows: Object.entries(systems).map(([name, figures]) => [
    name,
    ...budgets.map((budget) => at(figures, 'recall', budget)),
    figure(figures.area),
    figure(figures.top10?.recall),
    whole(figures.top10?.tokens),
    whole(figures.tokens_to_naive10),
    figure(figures.ratio_to_naive10 ?? undefined),
    whole(figures.tokens_to_hybrid10),
    figure(figures.ratio_to_hybrid10 ?? undefined),
  ]),
})

/** Where figures at one budget stand for all: the middle one. */
function costTable({ dataset, budgets, systems }: BudgetResult): Table {
  const budget = budgets[Math.floor(budgets.length / 2)] ?? 0
  return {
    head: [`${dataset}, at ${budget} tokens`, 'precision', 'redundancy', 'unused', 'p50 ms', 'p95 ms'],
    rows: Object.entries(systems).map(([name, figures]) => [
      name,
      at(figures, 'precision', budget),
      at(figures, 'redundancy', budget),
      at(figures, 'unused', budget),
      milliseconds(figures.p50_ms),
      milliseconds(figures.p95_ms),
    ]),
  }
}

const at = (figures: BudgetFigures, name: string, budget: number): string => figure(figures[`${name}@${budget}`] ?? undefined)
const whole = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : value.toFixed(0))
