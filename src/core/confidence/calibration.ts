import type { EvidenceScorer } from '../evidence/model.ts'

/** Where one index begins to abstain, and how that was found. */
export interface IndexCalibration {
  /** Less relevant questions are not answered; probability. */
  readonly threshold: number
  /** Name of the confidence model whose relevance the threshold is of, and fingerprint of the embedder. With others it means nothing. */
  readonly model: string
  readonly embedder: string
  /** What ranked the candidates of its questions. */
  readonly scorer: EvidenceScorer
  /** Questions that the index should answer: asked, and share that abstains. `made` where they were made out of its own text. */
  readonly own: { readonly questions: number; readonly made: boolean; readonly abstain: number }
  /** Questions about something else. */
  readonly foreign: { readonly questions: number; readonly abstain: number }
  readonly revision: number
  /** ISO 8601. */
  readonly calibratedAt: string
}

/**
 * The highest threshold that at most `lost` (a share) of these relevances are below, and 0 for none at all: a few questions that the index answers are given
 * up for the many that it cannot answer.
 */
export function thresholdOf(own: readonly number[], lost: number): number {
  return own.toSorted((a, b) => a - b)[Math.floor(lost * own.length)] ?? 0
}

export const shareBelow = (threshold: number, relevances: readonly number[]): number =>
  relevances.filter((relevance) => relevance < threshold).length / (relevances.length || 1)
