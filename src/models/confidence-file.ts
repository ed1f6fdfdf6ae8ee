import { readFile } from 'node:fs/promises'
import type { ConfidenceModel } from '../core/confidence/model.ts'
import { parseConfidenceModel } from '../core/confidence/parse-model.ts'
import { AppError } from '../core/errors.ts'

/** The weights that `ration bench fit-confidence` wrote. Rejects `model_unavailable` for a missing file or one that is something else. */
export async function readConfidenceModel(file: string): Promise<ConfidenceModel> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new AppError('model_unavailable', `The confidence model ${file} cannot be read: put the file there`, { file }, { cause })
  }
  return parseConfidenceModel(value, file)
}
