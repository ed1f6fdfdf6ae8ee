import type { DocumentId, IndexVersion } from '../ids.ts'

/** A question with the passages that answer it, quoted from documents of the index. */
export interface GoldenQuestion {
  readonly question: string
  readonly passages: readonly { readonly doc: DocumentId; readonly text: string }[]
}

/** What one version made of one question. */
export interface GoldenScore {
  /** Share of the characters of its passages that the packed context holds, 0 to 1. */
  readonly evidence: number
  /** Share of its passages with a chunk among the first k of the ranking, 0 to 1. */
  readonly found: number
  /** False where a passage does not stand in its document any more; what is missing counts as not found. */
  readonly stands: boolean
}

/** Means over the questions that are compared. */
export interface GoldenFigures {
  readonly version: IndexVersion
  readonly evidence: number
  readonly passageRecall: number
  readonly questions: number
}

/** What the questions were asked with: figures of other measures are not compared. */
export interface GoldenMeasure {
  readonly budgetTokens: number
  readonly k: number
}

/** Pinned scores, one per question of the set and in its order. They stay until somebody pins others. */
export interface GoldenBaseline {
  readonly version: IndexVersion
  readonly config: string
  readonly measure: GoldenMeasure
  readonly pinnedAt: string
  readonly scores: readonly GoldenScore[]
}

/** The golden set of an index. Its hash names it in results. */
export interface GoldenSet {
  readonly hash: string
  readonly attachedAt: string
  readonly questions: readonly GoldenQuestion[]
  readonly baseline: GoldenBaseline | null
}

/** One run of the gate over one version, as it is kept with it. */
export interface GateResult {
  readonly passed: boolean
  /** Why not, in words with figures. */
  readonly failures: readonly string[]
  readonly figures: GoldenFigures
  /** The live version over the same questions; null where the version itself was live. */
  readonly live: GoldenFigures | null
  /** The pinned scores over the same questions; null where none were pinned, or with another measure. */
  readonly baseline: GoldenFigures | null
  readonly measure: GoldenMeasure
  /** Questions that no version can answer as they stand: the passage has left its document. They are not compared. */
  readonly stale: number
  /** Hash of the golden set, and of the configuration of the service. */
  readonly golden: string
  readonly config: string
  readonly ranAt: string
}

export interface GateThresholds {
  /** Lowest figures that pass, 0 to 1; 0 asks for nothing. */
  readonly minEvidence: number
  readonly minPassageRecall: number
  /** What a figure may be below that of the live version, and below the pinned baseline. */
  readonly liveDrop: number
  readonly baselineDrop: number
}

export interface Measured {
  readonly version: IndexVersion
  readonly scores: readonly GoldenScore[]
}

/** 0.9 - 0.88 is a little more than 0.02 in floating point. */
const SLACK = 1e-9
const NAMES = { evidence: 'evidence recall', passageRecall: 'passage recall' } as const

/**
 * Compares question by question: those whose passages stand in none of the compared versions are left out on every side, so that a
 * changed document does not look like a worse index. Against the live version a step may be small; against the baseline all of them
 * together may.
 */
export function judgeGate(
  candidate: Measured,
  { live, baseline }: { readonly live: Measured | null; readonly baseline: Measured | null },
  thresholds: GateThresholds,
): Pick<GateResult, 'passed' | 'failures' | 'figures' | 'live' | 'baseline' | 'stale'> {
  const compared = candidate.scores.flatMap(({ stands }, index) => (stands || live?.scores[index]?.stands === true ? [index] : []))
  const [figures, of] = [figuresOver(candidate, compared), (one: Measured | null) => (one === null ? null : figuresOver(one, compared))]
  const [liveFigures, baselineFigures] = [of(live), of(baseline)]
  const failures: string[] = []
  if (compared.length === 0) failures.push('no question of the golden set has its passages in the documents of the index')
  for (const name of ['evidence', 'passageRecall'] as const) {
    const floor = name === 'evidence' ? thresholds.minEvidence : thresholds.minPassageRecall
    const told = `${NAMES[name]} is ${show(figures[name])}`
    if (figures[name] < floor - SLACK) failures.push(`${told}, below the least of ${show(floor)}`)
    for (const [other, drop] of [
      [liveFigures, thresholds.liveDrop],
      [baselineFigures, thresholds.baselineDrop],
    ] as const) {
      if (other === null || figures[name] >= other[name] - drop - SLACK) continue
      const whose = other === liveFigures ? `the live ${other.version}` : `the baseline of ${other.version}`
      failures.push(`${told}, ${show(other[name] - figures[name])} below ${whose}; allowed are ${show(drop)}`)
    }
  }
  const stale = candidate.scores.length - compared.length
  return { passed: failures.length === 0, failures, figures, live: liveFigures, baseline: baselineFigures, stale }
}

function figuresOver({ version, scores }: Measured, compared: readonly number[]): GoldenFigures {
  const mean = (value: (score: GoldenScore) => number): number =>
    compared.reduce((sum, index) => sum + value(scores[index] ?? NOTHING), 0) / Math.max(1, compared.length)
  return { version, evidence: mean(({ evidence }) => evidence), passageRecall: mean(({ found }) => found), questions: compared.length }
}

const NOTHING: GoldenScore = { evidence: 0, found: 0, stands: false }

const show = (share: number): string => share.toFixed(3)
