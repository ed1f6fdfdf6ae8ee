import type { BudgetFigures, BudgetResult, BudgetResults } from '../budget/result.ts'
import { figure, milliseconds, type Table } from './table.ts'

/** Recall, and what it costs, by system; a table of recall and one of the other figures for every data set. */
export const budgetTables = (result: BudgetResult | BudgetResults): readonly Table[] =>
  ('datasets' in result ? result.datasets : [result]).flatMap((one) => [recallTable(one), costTable(one)])

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
