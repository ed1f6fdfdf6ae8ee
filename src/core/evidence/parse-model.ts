import { modelFile } from '../logistic/model-file.ts'
import { FEATURES } from './features.ts'
import { EVIDENCE_SCORERS, type EvidenceModel } from './model.ts'

/** A model as `ration bench fit` writes it; AppError `model_unavailable` names what is wrong with one that was written by somebody else. */
export function parseEvidenceModel(value: unknown, file: string): EvidenceModel {
  const model = modelFile(value, 'evidence model', file)
  const scorers = model.weightsBy('scorers', EVIDENCE_SCORERS, FEATURES)
  return { name: model.text('name'), embedder: model.text('embedder'), scorers }
}
