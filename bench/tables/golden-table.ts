import type { GoldenResult } from '../golden/result.ts'
import type { Table } from './table.ts'

/** What was expected and what was measured, with the verdict on each. */
export const goldenTable = ({ case: name, judged, verdict }: GoldenResult): Table => ({
  head: [`${name}: ${verdict}`, 'expected', 'tolerance', 'measured', 'verdict'],
  rows: judged.map(({ metric, figure, tolerance, better, measured, verdict: each }) => [
    metric,
    `${better === 'higher' ? '≥' : '≤'} ${shown(figure)}`,
    shown(tolerance),
    measured === null ? '–' : shown(measured),
    each,
  ]),
})

const shown = (value: number): string => (Math.abs(value) >= 10 ? value.toFixed(0) : value.toFixed(3))
