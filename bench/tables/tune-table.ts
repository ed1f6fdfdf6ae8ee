import type { TuneResult } from '../tune/result.ts'
import { figure, percent, type Table } from './table.ts'

/** Rows of the margin table: the best by quality. */
const SHOWN = 10

/** Reranker weight by set, and the best margins of mode `auto`. */
export function tuneTables({ mixes, margins }: TuneResult): readonly Table[] {
  const sets = Object.keys(mixes[0]?.bySet ?? {})
  const best = [...margins].sort((a, b) => b.auto - a.auto).slice(0, SHOWN)
  return [
    {
      head: ['reranker weight, nDCG@10', 'mean', ...sets],
      rows: mixes.map(({ weight, always, bySet }) => [weight.toFixed(2), figure(always), ...sets.map((set) => figure(bySet[set]))]),
    },
    {
      head: ['mode auto: weight', 'margin', 'reranked', 'nDCG@10'],
      rows: best.map(({ weight, margin, share, auto }) => [weight.toFixed(2), margin.toFixed(2), percent(share), figure(auto)]),
    },
  ]
}
