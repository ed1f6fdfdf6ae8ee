import { readFile } from 'node:fs/promises'
import { AppError } from '../core/errors.ts'
import type { EvidenceModel } from '../core/evidence/model.ts'
import { parseEvidenceModel } from '../core/evidence/parse-model.ts'

/** The weights that `ration bench fit` wrote. Rejects `model_unavailable` for a missing file or one that is something else. */
export async function readEvidenceModel(file: string): Promise<EvidenceModel> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new AppError('model_unavailable', `The evidence model ${file} cannot be read: put the file there`, { file }, { cause })
  }
  return parseEvidenceModel(value, file)
}
