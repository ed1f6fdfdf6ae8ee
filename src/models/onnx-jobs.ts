import { invariant } from '../core/errors.ts'
import { batchesByLength, type Batch } from './batches.ts'
import type { Job, JobResult, JobResults, WorkerSettings } from './onnx-messages.ts'
import type { ModelOutput, OnnxModel } from './onnx-model.ts'
import type { ModelSource, } from './model-source.ts'
import { pool, toUnitLength } from './pooling.ts'
import type { EncodedText } from './text-encoder.ts'

/** A job in progress: advances by one batch a step, and can be left between steps. */
export type Steps<Result> = AsyncGenerator<undefined, Result> | Generator<undefined, Result>

/** Texts tokenized in one step; about 15 ms of passages. */
const TOKENIZE_TEXTS = 64

export function startJob(job: Job, model: OnnxModel, settings: WorkerSettings): Steps<JobResult> {
  switch (job.kind) {
    case 'load':
      return load(job.model, model)
    case 'count':
      return count(job.texts, model)
    case 'embed':
      return embed(job.model, job.texts, model, settings)
    case 'score':
      return score(job.model, job.query, job.passages, model, settings)
  }
}

/** One trial run: proves that the graph works and tells how many numbers a row has. */
async function* load(source: ModelSource, model: OnnxModel): Steps<JobResults['load']> {
  const encoded = source.role === 'embedder' ? [model.encoder.encode('a', source.maxTokens)] : model.encoder.encodePairs('a', ['b'], source.maxTokens)
  yield
  const [batch] = batchesByLength(encoded, 1, model.encoder.padId)
  invariant(batch !== undefined, 'one text makes one batch')
  return { dimensions: rowSize(await model.run(batch)) }
}

function* count(texts: readonly string[], model: OnnxModel): Steps<JobResults['count']> {
  const counts = new Float64Array(texts.length)
  for (const [i, text] of texts.entries()) {
    if (i % TOKENIZE_TEXTS === 0) yield
    counts[i] = model.encoder.count(text)
  }
  return { counts }
}

async function* embed(source: ModelSource, texts: readonly string[], model: OnnxModel, settings: WorkerSettings): Steps<JobResults['embed']> {
  const encoded: EncodedText[] = []
  for (const [i, text] of texts.entries()) {
    if (i % TOKENIZE_TEXTS === 0) yield
    encoded.push(model.encoder.encode(text, source.maxTokens))
  }
  let vectors = new Float32Array(0)
  let dimensions = 0
  for (const batch of batchesByLength(encoded, source.batched ? settings.batchTexts : 1, model.encoder.padId)) {
    yield
    const output = await model.run(batch)
    dimensions = rowSize(output)
    if (vectors.length === 0) vectors = new Float32Array(texts.length * dimensions)
    writeVectors(output, batch, source, vectors)
  }
  const tokens = encoded.reduce((sum, text) => sum + text.ids.length, 0)
  return { vectors, dimensions, tokens, cut: encoded.filter((text) => text.cut).length }
}

async function* score(
  source: ModelSource,
  query: string,
  passages: readonly string[],
  model: OnnxModel,
  settings: WorkerSettings,
): Steps<JobResults['score']> {
  const encoded = model.encoder.encodePairs(query, passages, source.maxTokens)
  const scores = new Float32Array(passages.length)
  for (const batch of batchesByLength(encoded, source.batched ? settings.batchTexts : 1, model.encoder.padId)) {
    yield
    const output = await model.run(batch)
    // One logit is the score itself; with several, the last is the class "relevant".
    const classes = rowSize(output)
    batch.origin.forEach((to, row) => (scores[to] = output.data[(row + 1) * classes - 1] ?? Number.NaN))
  }
  return { scores }
}

function writeVectors(output: ModelOutput, batch: Batch, source: ModelSource, vectors: Float32Array): void {
  const dimensions = rowSize(output)
  const perToken = output.shape.length === 3
  batch.origin.forEach((to, row) => {
    const target = vectors.subarray(to * dimensions, (to + 1) * dimensions)
    if (perToken) pool(output.data, row * batch.width * dimensions, batch.lengths[row] ?? 0, dimensions, source.pooling, target)
    else target.set(output.data.subarray(row * dimensions, (row + 1) * dimensions))
    toUnitLength(target)
  })
}

/** Numbers of one pooled row: the last axis. */
function rowSize(output: ModelOutput): number {
  const size = output.shape.at(-1)
  invariant(size !== undefined && size > 0, `output ${output.name} has no axis`)
  return size
}
