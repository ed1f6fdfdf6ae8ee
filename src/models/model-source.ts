import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pooling, WeightType } from './model-settings.ts'

/** Everything a worker needs to load one model. Plain data: it crosses a thread boundary with every request. */
export interface ModelSource {
  readonly name: string
  readonly role: 'embedder' | 'reranker'
  /** Absolute path of the folder that holds (or, for a model of the hub, will hold) the files. */
  readonly folder: string
  /** `<owner>/<name>` where the folder is the hub's cache and may be filled from there; null for a folder of the operator's. */
  readonly hubId: string | null
  readonly dtype: WeightType
  readonly pooling: Pooling
  readonly maxTokens: number
  /**
   * Whether texts may go through together. Not in graphs that quantise activations while they run (int8): the scale is taken
   * from the whole batch, so a text would get another vector beside other texts (measured: cosine .9925), and batches of long
   * texts are no faster on one core.
   */
  readonly batched: boolean
}

const WEIGHTS: Readonly<Record<WeightType, string>> = {
  fp32: 'onnx/model.onnx',
  q8: 'onnx/model_quantized.onnx',
  int8: 'onnx/model_int8.onnx',
  uint8: 'onnx/model_uint8.onnx',
  q4: 'onnx/model_q4.onnx',
}

/** The files, relative to the model's folder, that a load reads. */
export const modelFiles = (source: ModelSource): readonly string[] => [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  WEIGHTS[source.dtype],
]

/** Which of the files are not there. */
export async function missingFiles(source: ModelSource): Promise<readonly string[]> {
  const missing: string[] = []
  for (const file of modelFiles(source)) {
    const there = await access(join(source.folder, file)).then(
      () => true,
      () => false,
    )
    if (!there) missing.push(file)
  }
  return missing
}
