import type { PackingResult } from '../packing/result.ts'
import { milliseconds, type Table } from './table.ts'

/** Time to pack by number of candidates, and how much was packed. */
export const packingTable = ({ results }: PackingResult): Table => ({
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
