import { figure, signed, type Table } from '../tables/table.ts'
import type { Comparison } from './comparison.ts'

/** `what`: what was compared. */
export const differenceTable = (comparisons: readonly Comparison[], what = 'nDCG@10'): Table => ({
  head: [what, 'system', 'a', 'b', 'b − a', '95 %', 'p', 'queries'],
  rows: comparisons.map(({ dataset, system, a, b, difference, interval, p, queries }) => [
    dataset,
    system,
    figure(a),
    figure(b),
    signed(difference),
    interval === null ? 'not paired' : interval.map(signed).join(' to '),
    p === null ? '–' : p.toFixed(3),
    String(queries),
  ]),
})
