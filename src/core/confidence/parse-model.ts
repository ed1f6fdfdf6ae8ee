import { AppError } from '../errors.ts'
import { EVIDENCE_SCORERS, type EvidenceScorer } from '../evidence/model.ts'
import { SHOWN_SIGNALS, type ConfidenceModel, type LogisticWeights } from './model.ts'
import { RELEVANCE_SIGNALS, type RelevanceSignal } from './signals.ts'

/** A model as `ration bench fit-confidence` writes it; AppError `model_unavailable` names what is wrong with one that was written by somebody else. */
export function parseConfidenceModel(value: unknown, file: string): ConfidenceModel {
  const at = (holder: unknown, key: string): unknown =>
    typeof holder === 'object' && holder !== null ? (holder as Record<string, unknown>)[key] : undefined
  const wrong = (what: string): AppError => new AppError('model_unavailable', `${file} is no confidence model: ${what}`, { file })

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

  function weights<Signal extends string>(found: unknown, names: readonly Signal[]): LogisticWeights<Signal> {
    const pairs = names.map((name) => [name, number(at(found, 'weights'), name)] as const)
    return { intercept: number(found, 'intercept'), weights: Object.fromEntries(pairs) as Record<Signal, number> }
  }

  const relevance = EVIDENCE_SCORERS.map((scorer) => [scorer, weights(at(at(value, 'relevance'), scorer), RELEVANCE_SIGNALS)] as const)
  return {
    name: text('name'),
    embedder: text('embedder'),
    relevance: Object.fromEntries(relevance) as Record<EvidenceScorer, LogisticWeights<RelevanceSignal>>,
    confidence: weights(at(value, 'confidence'), SHOWN_SIGNALS),
  }
}
