import type { IngestFigures } from '../build-index.ts'
import type { Machine } from '../machine.ts'

/** Shares of the questions, 0 to 1. `alone`: searched as asked; `carried`: with what is carried over; `by_hand`: rewritten by a person. */
export interface FollowUpFigures {
  readonly conversations: number
  readonly follow_ups: number
  /** Share of the follow-ups that were taken for one. */
  readonly recognised: number
  readonly 'follow_up_recall@1': Systems
  readonly 'follow_up_recall@5': Systems
  readonly switches: number
  /** Changes of topic that something was carried into. */
  readonly polluted: number
  readonly 'switch_recall@5': Omit<Systems, 'by_hand'>
}

export interface Systems {
  readonly alone: number
  readonly carried: number
  readonly by_hand: number
}

/** Questions of people who asked them alone, each put after another one. */
export interface CompleteFigures {
  readonly name: string
  readonly questions: number
  readonly carried_into: number
}

export interface FollowUpsResult {
  readonly bench: 'follow-ups'
  readonly profile: string
  readonly unit: string
  readonly splits: { readonly dev: FollowUpFigures; readonly test: FollowUpFigures }
  readonly complete: readonly CompleteFigures[]
  readonly versions: Readonly<Record<string, string>>
  readonly ingest: IngestFigures
  readonly machine: Machine
}
