import { milliseconds, type Table } from '../tables/table.ts'
import type { PackingResult } from './result.ts'

export const packingTable = ({ results }: Pick<PackingResult, 'results'>): Table => ({
  head: ['candidates', 'variants each', 'budget', 'p50 ms', 'p95 ms', 'µs a candidate', 'clusters ms', 'packed', 'steps'],
  rows: results.map((figures) => [
    String(figures.candidates),
    String(figures.variants),
    String(figures.budget_tokens),
    milliseconds(figures.ms.p50),
    milliseconds(figures.ms.p95),
    figures.us_per_candidate.toFixed(1),
    milliseconds(figures.cluster_ms),
    figures.packed.toFixed(1),
    figures.steps.toFixed(1),
  ]),
})
