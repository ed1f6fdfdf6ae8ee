import { AutoModel, AutoModelForSequenceClassification, AutoTokenizer, Tensor } from '@huggingface/transformers'
import { invariant } from '../core/errors.ts'
import type { Batch } from './batches.ts'
import { missingFiles, type ModelSource } from './model-source.ts'
import type { WorkerSettings } from './onnx-messages.ts'
import { TextEncoder } from './text-encoder.ts'

/** One loaded graph and its tokenizer. Lives in a worker thread. */
export interface OnnxModel {
  readonly encoder: TextEncoder
  run(batch: Batch): Promise<ModelOutput>
}

/** `float32` numbers of one output, row-major, with their shape. */
export interface ModelOutput {
  readonly name: string
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** Outputs that are understood, most direct first: an encoder that pools in its graph is taken at its word. */
const OUTPUTS: Readonly<Record<ModelSource['role'], readonly string[]>> = {
  embedder: ['sentence_embedding', 'last_hidden_state'],
  reranker: ['logits'],
}

/**
 * Loads from the model's folder, or through the hub where files are missing and may be fetched (they then stand in the folder).
 * Threads that wait sleep: spinning, which is ONNX Runtime's habit, would take their cores from the questions.
 */
export async function loadOnnxModel(
  source: ModelSource,
  { textCharacters, memoWords, threads }: Pick<WorkerSettings, 'textCharacters' | 'memoWords' | 'threads'>,
): Promise<OnnxModel> {
  const complete = (await missingFiles(source)).length === 0
  const place = complete || source.hubId === null ? source.folder : source.hubId
  const from = { local_files_only: place === source.folder }
  const session_options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  } as const
  const loader = source.role === 'reranker' ? AutoModelForSequenceClassification : AutoModel
  const [tokenizer, model] = await Promise.all([
    AutoTokenizer.from_pretrained(place, from),
    loader.from_pretrained(place, { ...from, dtype: source.dtype, device: 'cpu', session_options }),
  ])
  return {
    encoder: new TextEncoder(tokenizer, { textCharacters, memoWords }),
    async run(batch) {
      const shape = [batch.rows, batch.width]
      const outputs = (await model.forward({
        input_ids: new Tensor('int64', batch.ids, shape),
        attention_mask: new Tensor('int64', batch.mask, shape),
        token_type_ids: new Tensor('int64', batch.types, shape),
      })) as Partial<Record<string, Tensor>>
      for (const name of OUTPUTS[source.role]) {
        const output = outputs[name]
        if (output === undefined) continue
        const data = output.data
        invariant(data instanceof Float32Array, `output ${name} of ${source.name} is not float32`)
        return { name, data, shape: output.dims }
      }
      throw new Error(`none of its outputs (${Object.keys(outputs).join(', ')}) is one of ${OUTPUTS[source.role].join(', ')}, as of any ${source.role}`)
    },
  }
}
