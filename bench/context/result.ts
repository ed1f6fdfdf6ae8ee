import type { Machine } from '../machine.ts'

/** Means over the questions at one budget. */
export interface ContextFigures {
  readonly budget: number
  readonly hierarchy: boolean
  readonly intent: boolean
  readonly context_tokens: number
  /** Share of the relevant documents in the context. */
  readonly evidence_recall: number
  /** Share of the answer strings in the context, over the questions that have some; null where none has. */
  readonly answer_recall: number | null
  /** Share of questions that got no context. */
  readonly empty: number
  readonly p50_ms: number
  readonly p95_ms: number
}

export interface ContextResult {
  readonly bench: 'context'
  readonly profile: string
  readonly unit: string
  readonly datasets: readonly {
    readonly dataset: string
    readonly queries: number
    readonly chunks: number
    readonly variants: readonly ContextFigures[]
  }[]
  readonly versions: Readonly<Record<string, string>>
  readonly machine: Machine
}
