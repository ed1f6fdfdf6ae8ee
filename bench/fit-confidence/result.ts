import type { ConfidenceModel } from '../../src/core/confidence/model.ts'
import type { EvidenceScorer } from '../../src/core/evidence/model.ts'
import type { HalfFigures } from './fit.ts'

/** A confidence model as it stands in `models/`, with how well it holds. */
export interface FitConfidenceResult extends ConfidenceModel {
  readonly bench: 'fit-confidence'
  readonly profile: string
  readonly figures: readonly (HalfFigures & { readonly scorer: EvidenceScorer })[]
  readonly versions: Readonly<Record<string, string>>
}
