import { AppError } from '../errors.ts'
import { FEATURES, type Feature } from './features.ts'
import { EVIDENCE_SCORERS, type EvidenceModel, type EvidenceScorer, type EvidenceWeights } from './model.ts'

/** A model as `ration bench fit` writes it; AppError `model_unavailable` names what is wrong with one that was written by somebody else. */
export function parseEvidenceModel(value: unknown, file: string): EvidenceModel {
  const at = (holder: unknown, key: string): unknown =>
    typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[key] : undefined
  const wrong = (what: string): AppError => new AppError('model_unavailable', `${file} is no evidence model: ${what}`, { file })

  function text(key: string): string {
    const found = at(value, key)
    if (typeof found !== 'string' || found === '') throw wrong(`"${key}" is not a text`)
    return found
  }

  function number(holder: unknown, key: string): number {
    const found = at(holder, key)
    if (typeof found !== 'number' || !Number.isFinite(found)) throw wrong(`"${key}" is not a number`)
    return found
  }

  function weightsOf(scorer: EvidenceScorer): EvidenceWeights {
    const found = at(at(value, 'scorers'), scorer)
    if (found === undefined) throw wrong(`it has no weights for "${scorer}"`)
    const weights = FEATURES.map((feature) => [feature, number(at(found, 'weights'), feature)] as const)
    return { intercept: number(found, 'intercept'), weights: Object.fromEntries(weights) as Record<Feature, number> }
  }

  const scorers = EVIDENCE_SCORERS.map((scorer) => [scorer, weightsOf(scorer)] as const)
  return {
    name: text('name'),
    embedder: text('embedder'),
    scorers: Object.fromEntries(scorers) as Record<EvidenceScorer, EvidenceWeights>,
  }
}
