import { EVIDENCE_SCORERS } from '../evidence/model.ts'
import { modelFile } from '../logistic/model-file.ts'
import { SHOWN_SIGNALS, type ConfidenceModel } from './model.ts'
import { RELEVANCE_SIGNALS } from './signals.ts'

/** A model as `ration bench fit-confidence` writes it; AppError `model_unavailable` names what is wrong with one that was written by somebody else. */
export function parseConfidenceModel(value: unknown, file: string): ConfidenceModel {
  const model = modelFile(value, 'confidence model', file)
  const relevance = model.weightsBy('relevance', EVIDENCE_SCORERS, RELEVANCE_SIGNALS)
  const confidence = model.weights('confidence', SHOWN_SIGNALS)
  return { name: model.text('name'), embedder: model.text('embedder'), relevance, confidence }
}
