import type { LatencyFigures, LatencyResult, Percentiles } from '../latency/result.ts'
import { milliseconds, type Table } from './table.ts'

/** What was asked of which index, then milliseconds by stage. */
export const latencyTables = ({ results }: LatencyResult): readonly Table[] => [
  {
    head: ['index', 'k', 'tokens/chunk', 'saturation/s', 'rate/s', 'full p95 ms', 'raw p95 ms', 'ratio p50', 'ratio p95', 'added p95 ms'],
    rows: results.map((figures) => [
      `${figures.chunks} chunks`,
      String(figures.k),
      figures.tokens_per_chunk.toFixed(0),
      figures.saturation_rate.toFixed(0),
      figures.rate.toFixed(0),
      milliseconds(figures.full.ms.p95),
      milliseconds(figures.raw.ms.p95),
      figures.ratio.p50.toFixed(2),
      figures.ratio.p95.toFixed(2),
      milliseconds(figures.added_p95_ms),
    ]),
  },
  ...results.map(stageTable),
]

const stageTable = ({ chunks, full, raw, stages }: LatencyFigures): Table => ({
  head: [`ms at ${chunks} chunks`, 'p50', 'p95', 'p99'],
  rows: [
    ...Object.entries(stages).map(([name, times]) => row(name, times)),
    row('full', full.ms),
    row('full, median of rounds', full.median_of_rounds),
    row('raw', raw.ms),
    row('raw, median of rounds', raw.median_of_rounds),
  ],
})

const row = (name: string, { p50, p95, p99 }: Percentiles): readonly string[] => [
  name,
  milliseconds(p50),
  milliseconds(p95),
  milliseconds(p99),
]
