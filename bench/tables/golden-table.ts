import type { GoldenResult } from '../golden/result.ts'
import type { Judged } from '../golden/verdict.ts'
import type { Table } from './table.ts'

/** Every figure, beside what was expected of it and the verdict where something was. */
export function goldenTable({ case: name, figures, judged, verdict }: GoldenResult): Table {
  const expected = new Map(judged.map((each) => [each.metric, each]))
  const metrics = [...new Set([...Object.keys(figures), ...expected.keys()])]
  return {
    head: [`${name}: ${verdict}`, 'measured', 'expected', 'tolerance', 'verdict'],
    rows: metrics.map((metric) => [metric, shown(figures[metric]), ...expectation(expected.get(metric))]),
  }
}

const expectation = (judged: Judged | undefined): readonly string[] =>
  judged === undefined
    ? ['–', '–', '–']
    : [`${judged.better === 'higher' ? '≥' : '≤'} ${shown(judged.figure)}`, shown(judged.tolerance), judged.verdict]

const shown = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(Math.abs(value) >= 10 ? 0 : 3))
