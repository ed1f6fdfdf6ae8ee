import type { EvidenceModel, EvidenceScorer } from '../../src/core/evidence/model.ts'
import type { SetFigures } from './fit.ts'

/** An evidence model as it stands in `models/`, with how well it holds. */
export interface FitResult extends EvidenceModel {
  readonly bench: 'fit'
  readonly profile: string
  readonly figures: readonly (SetFigures & { readonly scorer: EvidenceScorer; readonly half: 'dev' | 'test' })[]
  readonly versions: Readonly<Record<string, string>>
}
