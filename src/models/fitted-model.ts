import { readFile } from 'node:fs/promises'
import { AppError } from '../core/errors.ts'

/** A file of weights that `ration bench` fitted, parsed. Rejects `model_unavailable` for a missing file, and as `parse` does for one that is something else. */
export async function readFittedModel<Model>(file: string, parse: (value: unknown, file: string) => Model): Promise<Model> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw new AppError('model_unavailable', `The fitted model ${file} cannot be read: put the file there`, { file }, { cause })
  }
  return parse(value, file)
}
