import type { Machine } from './machine.ts'

export interface IntentResult {
  readonly bench: 'intent'
  readonly questions: number
  readonly macro_f1: number
  /** Of always naming the most frequent label. */
  readonly majority_macro_f1: number
  readonly accuracy: number
  readonly calibration_error: number
  /** Median of one classification. */
  readonly p50_ms: number
  readonly classifier: string
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}
