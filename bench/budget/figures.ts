import { pairedDifference, type Difference } from '../metrics/bootstrap.ts'
import { mean } from '../metrics/mean.ts'
import { percentile } from '../metrics/percentile.ts'
import { areaUnderRecall, tokensAtRecall } from './crossing.ts'
import { meanRecall, type Judged } from './judge.ts'
import type { Measured } from './measure.ts'
import type { BudgetFigures, TopTen } from './result.ts'

/** The contexts that the others are compared with: the best ten chunks of 512 tokens. */
export interface Marks {
  readonly naive: TopTen | null
  readonly hybrid: TopTen | null
}

export const topTenOf = (measured: Measured | undefined): TopTen | null =>
  measured?.topTen == null ? null : { tokens: meanTokens(measured.topTen), recall: meanRecall(measured.topTen) }

export function figuresOf(measured: Measured, budgets: readonly number[], marks: Marks, perQuery: readonly string[] | null): BudgetFigures {
  const curve = curveOf(measured, budgets)
  const reach = (mark: TopTen | null) => (mark === null ? null : tokensAtRecall(curve, mark.recall))
  const [toNaive, toHybrid] = [reach(marks.naive), reach(marks.hybrid)]
  return {
    ...Object.fromEntries(budgets.flatMap((budget, at) => atBudget(budget, column(measured, at)))),
    area: areaUnderRecall(curve),
    p50_ms: percentile(measured.times, 50),
    p95_ms: percentile(measured.times, 95),
    top10: topTenOf(measured),
    tokens_to_naive10: toNaive,
    ratio_to_naive10: ratio(toNaive, marks.naive),
    tokens_to_hybrid10: toHybrid,
    ratio_to_hybrid10: ratio(toHybrid, marks.hybrid),
    ...(perQuery && {
      per_query: Object.fromEntries(perQuery.map((id, row) => [id, (measured.rows[row] ?? []).map(({ recall }) => recall)])),
    }),
  }
}

/** Mean tokens and mean recall at every budget. */
export const curveOf = (measured: Measured, budgets: readonly number[]) =>
  budgets.map((budget, at) => ({ budget, tokens: meanTokens(column(measured, at)), recall: meanRecall(column(measured, at)) }))

/** Shares are of all tokens of all contexts: a question with a long context weighs more than one with a short. */
function atBudget(budget: number, judged: readonly Judged[]): readonly (readonly [`${string}@${number}`, number | null])[] {
  const total = (of: (one: Judged) => number) => judged.reduce((sum, one) => sum + of(one), 0)
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  const tokens = total((one) => one.tokens)
  const evidence = judged.some((one) => one.evidence === null) ? null : total((one) => one.evidence ?? 0)
  const redundant = total((one) => one.redundant)
  return [
    [`recall@${budget}`, meanRecall(judged)],
    [`precision@${budget}`, evidence === null ? null : share(evidence, tokens)],
    [
      `redundancy@${budget}`,
      share(
        redundant,
        total((one) => one.bodyTokens),
      ),
    ],
    [`unused@${budget}`, 1 - tokens / (budget * judged.length)],
    [`tokens@${budget}`, tokens / judged.length],
  ]
}

/** Recall of `a` minus that of `b` at each budget, question by question. */
export const differencesOf = (a: Measured, b: Measured, budgets: readonly number[]): Record<string, Difference> =>
  Object.fromEntries(budgets.map((budget, at) => [`@${budget}`, pairedDifference(recalls(column(a, at)), recalls(column(b, at)))]))

const column = ({ rows }: Measured, at: number): readonly Judged[] => rows.flatMap((row) => row[at] ?? [])
const recalls = (judged: readonly Judged[]): readonly number[] => judged.map(({ recall }) => recall)
const meanTokens = (judged: readonly Judged[]): number => mean(judged.map(({ tokens }) => tokens))
const ratio = (tokens: number | null, mark: TopTen | null): number | null =>
  tokens === null || mark === null ? null : tokens / mark.tokens
