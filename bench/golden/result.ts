import type { IngestFigures } from '../build-index.ts'
import type { Machine } from '../machine.ts'
import type { Judged, Verdict } from './verdict.ts'

export interface GoldenResult {
  readonly bench: 'golden'
  readonly case: string
  readonly profile: string
  readonly unit: string
  readonly questions: { readonly answerable: number; readonly unanswerable: number }
  readonly figures: Readonly<Record<string, number>>
  readonly judged: readonly Judged[]
  readonly verdict: Verdict
  readonly versions: Readonly<Record<string, string>>
  readonly ingest: IngestFigures
  readonly machine: Machine
}
