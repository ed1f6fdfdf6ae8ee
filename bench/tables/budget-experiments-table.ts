import { datasetsOf, type BudgetFigures, type DuplicatesResults, type GrowResults } from '../budget/result.ts'
import { figure, percent, type Table } from './table.ts'

/** Redundancy of the contexts with near-duplicates planted, and recall with and without them. */
export const duplicatesTables = (result: DuplicatesResults): readonly Table[] =>
  datasetsOf(result).map(({ dataset, naive10_redundancy: share, budgets, clean, systems }) => ({
    head: [`${dataset}, ${percent(share.planted)} of naive's ten repeated`, ...budgets.map((budget) => `@${budget}`)],
    rows: Object.entries(systems).flatMap(([name, planted]) => {
      const before = clean[name]
      const row = (label: string, figures: BudgetFigures | undefined, what: string) => [
        `${name}, ${label}`,
        ...budgets.map((budget) => figure(figures?.[`${what}@${budget}`] ?? undefined)),
      ]
      return [
        row('recall', planted, 'recall'),
        row('recall, clean', before, 'recall'),
        row('redundancy', planted, 'redundancy'),
        row('redundancy, clean', before, 'redundancy'),
      ]
    }),
  }))

/** What the recall that the clean corpus gives at each budget costs in the grown one. */
export const growTables = (result: GrowResults): readonly Table[] =>
  datasetsOf(result).map(({ dataset, factor, documents, budgets, equal_recall: equal }) => ({
    head: [
      `${dataset}, ${factor.toFixed(1)} times as long (${documents.clean} to ${documents.grown} documents)`,
      ...budgets.map((budget) => `recall of @${budget}`),
    ],
    rows: Object.entries(equal).flatMap(([name, rows]) => [
      [`${name}, tokens`, ...rows.map(({ tokens }) => tokens.toFixed(0))],
      [`${name}, tokens in the grown corpus`, ...rows.map(({ grown_tokens: tokens }) => tokens?.toFixed(0) ?? '–')],
      [`${name}, ratio`, ...rows.map(({ ratio }) => figure(ratio ?? undefined))],
    ]),
  }))
