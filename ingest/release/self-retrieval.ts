import type { Hit, IndexReader } from '../../src/core/ports/index-reader.ts'
import type { VerifyCheck } from '../../src/core/ports/index-registry.ts'
import type { Embedder } from '../../src/core/ports/embedder.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { Chunk } from '../../src/core/types.ts'
import { embeddedText } from '../chunk/chunk-documents.ts'

export interface SampleSettings {
  readonly sample: number
  readonly sampleK: number
  readonly sampleRecall: number
  readonly modelTexts: number
}

/** As much of a text as makes a question that only it answers. */
const QUERY_CHARACTERS = 500
const EXAMPLES = 20

/** A text that stands many times fills ranks that questions give to one: so many hits are read for each text that counts. */
const HITS_PER_TEXT = 8

/**
 * Whether chunks find themselves, by their own words and by their own vector, made anew by the embedder: an index whose vectors are another model's,
 * or whose full text does not know its rows, passes every count and answers nothing. A duplicate counts as the chunk itself, and all
 * places of a text as one rank.
 */
export async function selfRetrieval(
  reader: IndexReader,
  embedder: Embedder,
  { sample, sampleK, sampleRecall, modelTexts }: SampleSettings,
  limits: Limits,
): Promise<readonly VerifyCheck[]> {
  const chunks = await sampleOf(reader, sample, limits)
  if (chunks.length === 0) return []
  const vectors: Float32Array[] = []
  for (let from = 0; from < chunks.length; from += modelTexts) {
    vectors.push(...(await embedder.embed(chunks.slice(from, from + modelTexts).map(embeddedText), 'passage', limits)).vectors)
  }
  const missed = { lexical: [] as string[], vector: [] as string[] }
  for (const [at, chunk] of chunks.entries()) {
    const depth = sampleK * HITS_PER_TEXT
    const words = await reader.lexical(chunk.text.slice(0, QUERY_CHARACTERS).toWellFormed(), depth, null, null, limits)
    if (!isFound(chunk, words, sampleK)) missed.lexical.push(chunk.id)
    const near = await reader.vector(vectors[at] as Float32Array, depth, null, null, limits)
    if (!isFound(chunk, near, sampleK)) missed.vector.push(chunk.id)
  }
  return Object.entries(missed).map(([leg, ids]) => {
    const ok = ids.length <= (1 - sampleRecall) * chunks.length
    const problems = ok ? [] : ids.slice(0, EXAMPLES).map((id) => `chunk ${id} does not find itself among ${sampleK} texts`)
    return { name: `self_retrieval_${leg}`, ok, checked: chunks.length, problems }
  })
}

/** Whether a chunk is among the first `k` different texts. */
function isFound({ textHash }: Chunk, hits: readonly Pick<Hit, 'textHash'>[], k: number): boolean {
  const texts = new Set(hits.map((hit) => hit.textHash))
  return [...texts].slice(0, k).includes(textHash)
}

/** Chunks of documents at even distances, the same every time: of each document those that lie in one direction. */
async function sampleOf(reader: IndexReader, size: number, limits: Limits): Promise<readonly Chunk[]> {
  const ids = (await reader.entries(limits)).map(({ id }) => id).sort()
  const step = Math.max(1, ids.length / size)
  const each = Math.ceil(size / Math.max(1, ids.length))
  const { dimensions } = reader.embedder
  const direction = new Float32Array(dimensions).fill(1 / Math.sqrt(dimensions))
  const chunks: Chunk[] = []
  for (let at = 0; at < ids.length && chunks.length < size; at += step) {
    const id = ids[Math.floor(at)]
    const hits = id === undefined ? [] : await reader.vector(direction, each, null, [id], limits)
    const rows = hits.map(({ row }) => row).slice(0, size - chunks.length)
    chunks.push(...(await reader.load(rows, limits)))
  }
  return chunks
}
