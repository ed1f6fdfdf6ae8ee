import type { IndexCalibration } from '../core/confidence/calibration.ts'
import { confidenceOf, relevanceOf, type ShownSignals } from '../core/confidence/model.ts'
import { shownSignals } from '../core/confidence/shown.ts'
import { relevanceSignals, type RelevanceSignals } from '../core/confidence/signals.ts'
import type { EvidenceScorer } from '../core/evidence/model.ts'
import type { Reading } from '../core/evidence/read.ts'
import type { Passage } from '../core/packing/passage.ts'
import type { Selection } from '../core/packing/selection.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Profile } from '../core/ports/model-profiles.ts'
import type { Candidate } from './load.ts'

/** How likely the index can answer, before anything is packed. */
export interface Relevance {
  /** Probability; 0 where nothing was found. */
  readonly probability: number
  readonly signals: RelevanceSignals
  readonly scorer: EvidenceScorer
  /** Below it nothing is answered. */
  readonly threshold: number
}

export interface RelevanceInput {
  readonly candidates: readonly Candidate[]
  readonly reading: Reading
  readonly reader: Pick<IndexReader, 'calibration' | 'counts'>
  readonly profile: Pick<Profile, 'confidence' | 'queries'>
  /** Where the index was not calibrated. */
  readonly uncalibrated: number
}

export function relevanceFor({ candidates, reading, reader, profile, uncalibrated }: RelevanceInput): Relevance {
  const scores = (leg: 'lexical' | 'vector'): readonly number[] =>
    candidates.flatMap(({ evidence }) => evidence.filter((one) => one.leg === leg).map(({ score }) => score))
  const cosines = scores('vector')
  const signals = relevanceSignals({ cosines, bm25: scores('lexical') }, reading, reader.counts.chunks)
  const scorer = cosines.length > 0 ? 'hybrid' : 'lexical'
  const probability = candidates.length === 0 ? 0 : relevanceOf(profile.confidence, scorer, signals)
  return { probability, signals, scorer, threshold: thresholdFor(reader.calibration, scorer, profile) ?? uncalibrated }
}

/**
 * That of the index, where it was found with these models. An answer that had to do without its vector leg does not abstain: a failing model is no reason to
 * say that the documents know nothing. Null where the index has no threshold.
 */
function thresholdFor(
  calibration: IndexCalibration | null,
  scorer: EvidenceScorer,
  { confidence, queries }: RelevanceInput['profile'],
): number | null {
  if (calibration?.model !== confidence.name || calibration.embedder !== queries.fingerprint) return null
  return calibration.scorer === scorer ? calibration.threshold : 0
}

export interface Confidence {
  /** Probability that the evidence is in the context. */
  readonly probability: number
  readonly shown: ShownSignals
}

/** How sure an answer may be that shows this selection of what was offered. */
export function confidenceFor(
  selection: Pick<Selection, 'chosen'>,
  {
    relevance,
    passages,
    profile,
  }: { readonly relevance: Relevance; readonly passages: readonly Passage[]; readonly profile: Pick<Profile, 'confidence'> },
): Confidence {
  const shown = shownSignals(relevance.probability, passages, selection)
  return { probability: confidenceOf(profile.confidence, shown), shown }
}
