import { z } from 'zod'
import { choice, flag, limit, optionalText, ratio, text } from '../setting.ts'

const weight = (why: string, value: number) => ratio({ unit: 'share', default: value, min: 0, ceiling: 1, why })

const modelFields = {
  model: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{0,95}$/u)
    .meta({ unit: 'name', why: 'Name of the model on the hub, `<owner>/<name>`' }),
  directory: optionalText({ unit: 'path', why: 'Local folder with the files of the model; without one it is looked for in the cache' }),
  dtype: choice(['fp32', 'q8', 'int8', 'uint8', 'q4'], {
    unit: 'name',
    default: 'q8',
    why: 'Number format of the weights; int8 retrieves as well as fp32 and is three times as fast',
  }),
  max_tokens: limit({
    unit: 'tokens',
    default: 256,
    min: 16,
    ceiling: 8192,
    why: 'What the model reads of a text; time grows with its square',
  }),
}

const embedder = z.strictObject({
  ...modelFields,
  pooling: choice(['mean', 'cls'], {
    unit: 'name',
    default: 'mean',
    why: 'How the vectors of tokens become one; the model card says which',
  }),
  query_prefix: text({ unit: 'text', default: '', why: 'What an asymmetric model wants in front of a question' }),
  passage_prefix: text({ unit: 'text', default: '', why: 'What an asymmetric model wants in front of a passage' }),
  space: optionalText({ unit: 'name', why: 'Vector space, where another embedder gives vectors of the same one' }),
})

const profile = z.strictObject({
  embedder,
  reranker: z.strictObject(modelFields).nullable().default(null).meta({ unit: 'model', why: 'A cross-encoder, or none' }),
  vector_weight: weight('Weight of the vector leg in the fused score; .5 is best for a full encoder', 0.5),
  rerank_weight: weight('Weight of the reranker in the mixed score; measure it for the model', 0.5),
  rerank_margin: weight('Mode `auto` reranks where the two best fused scores are closer than this', 0.05),
})

/** Model profiles, their threads, and token counting. */
export const models = z
  .strictObject({
    directory: optionalText({ unit: 'path', why: 'Folder of the bundled weights, where it is not the one of the repository' }),
    cache_directory: optionalText({ unit: 'path', why: 'Where models of the hub are kept; null is `models` in the data directory' }),
    allow_download: flag({ unit: 'flag', default: false, why: 'Nothing is fetched from the network unless the operator says so' }),
    hub_host: text({ unit: 'url', default: 'https://huggingface.co/', why: 'Where model files are fetched from: the hub, or a mirror' }),
    queue_requests: limit({
      unit: 'requests',
      default: 256,
      min: 1,
      ceiling: 10_000,
      why: 'Requests that wait for a lane of the models; beyond it the caller is told too_busy',
    }),
    request_texts: limit({
      unit: 'texts',
      default: 8192,
      min: 1,
      ceiling: 100_000,
      why: 'Texts in one request to a model; they and their vectors are in memory together',
    }),
    text_characters: limit({
      unit: 'characters',
      default: 20_000,
      min: 256,
      ceiling: 1_000_000,
      why: 'What is looked at of one text before tokenizing: no model here reads more than a part of it',
    }),
    memo_words: limit({
      unit: 'words',
      default: 50_000,
      min: 2,
      ceiling: 1_000_000,
      why: 'Words whose tokens each loaded model and each token counter keeps, about 100 bytes each; tokenizing known words is ten times as fast',
    }),
    batch_texts: limit({
      unit: 'texts',
      default: 8,
      min: 1,
      ceiling: 256,
      why: 'Texts that go through a model together (8 is the fastest on a CPU); int8 models take one at a time, so that vectors do not depend on neighbours',
    }),
    passage_threads: limit({
      unit: 'threads',
      default: 1,
      min: 1,
      ceiling: 64,
      why: 'Threads that embed passages; questions have one of their own. More load documents faster on cores that nobody else needs',
    }),
    passage_niceness: limit({
      unit: 'levels',
      default: 10,
      min: 0,
      ceiling: 19,
      why: 'The threads that embed passages let everything else go first by so many levels (on Linux): a question that is reranked needs a core of its own',
    }),
    run_characters: limit({
      unit: 'characters',
      default: 1000,
      min: 100,
      ceiling: 10_000,
      why: 'A longer run without a seam is over-counted by its bytes: byte-pair merging is quadratic on it',
    }),
    profiles: z
      .record(z.string().regex(/^(?!(?:standard|fast)$)[a-z][a-z0-9-]{0,63}$/u), profile)
      .default({})
      .meta({ unit: 'profiles', why: 'Further model profiles by name; `standard` and `fast` are built in' }),
  })
  .prefault({})
