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

/** What the query path said of one question. */
export interface ToldRelevance {
  readonly probability: number
  readonly scorer: EvidenceScorer
}

export interface Told {
  readonly own: readonly ToldRelevance[]
  readonly foreign: readonly ToldRelevance[]
  readonly made: boolean
  /** Share of the own questions that may be given up. */
  readonly lost: number
}

/** Foreign questions that abstain where a threshold follows from questions that were made: those are too easy to trust alone. */
const FOREIGN_OUT = 0.95

/** The threshold that follows from what was told of own and foreign questions, and who abstains under it. */
export function calibrationFrom({ own, foreign, made, lost }: Told): Pick<IndexCalibration, 'threshold' | 'scorer' | 'own' | 'foreign'> {
  const scorer = own.some((told) => told.scorer === 'hybrid') ? 'hybrid' : 'lexical'
  // What had to do without its vector leg is measured on another scale; what found nothing is not.
  const comparable = (told: readonly ToldRelevance[]) =>
    told.filter((one) => one.scorer === scorer || one.probability === 0).map(({ probability }) => probability)
  const [ownRelevance, foreignRelevance] = [comparable(own), comparable(foreign)]
  const highest = thresholdOf(ownRelevance, lost)
  const threshold = made ? Math.min(highest, thresholdOf(foreignRelevance, FOREIGN_OUT)) : highest
  return {
    threshold,
    scorer,
    own: { questions: own.length, made, abstain: shareBelow(threshold, ownRelevance) },
    foreign: { questions: foreign.length, abstain: shareBelow(threshold, foreignRelevance) },
  }
}

/**
 * The threshold that a further question of the same kind is below with probability `lost`, and 0 where there are none: a few questions that the
 * index answers are given up for the many that it cannot answer. The quantile at `lost · (n + 1)`, between its neighbours in proportion: its
 * expectation is right whatever the distribution (Weibull's plotting position; Makkonen 2006). Too few questions to tell give the least of them.
 */
export function thresholdOf(own: readonly number[], lost: number): number {
  const sorted = own.toSorted((a, b) => a - b)
  const place = Math.max(0, lost * (own.length + 1) - 1)
  const below = sorted[Math.floor(place)] ?? 0
  const above = sorted[Math.ceil(place)] ?? below
  return below + (above - below) * (place - Math.floor(place))
}

export const shareBelow = (threshold: number, relevances: readonly number[]): number =>
  relevances.filter((relevance) => relevance < threshold).length / (relevances.length || 1)
