import { hash } from 'node:crypto'
import { invariant } from '../src/core/errors.ts'
import type { Embedder } from '../src/core/ports/embedder.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { VectorCache } from '../src/core/ports/vector-cache.ts'
import type { Chunk } from '../src/core/types.ts'
import { embeddedText } from './chunk/chunk-documents.ts'
import type { IngestSettings } from './settings.ts'

export interface Embedded {
  /** One per chunk, in order. */
  readonly vectors: readonly Float32Array[]
  /** Chunks that got the vector of an earlier one of this load with the same text. */
  readonly reused: number
  /** Chunks whose vector the cache of the index had. */
  readonly cached: number
  readonly tokens: number
  readonly cut: number
}

export interface VectorSource {
  vectors(chunks: readonly Chunk[], limits: Limits): Promise<Embedded>
}

/** Of what is embedded (title, headings and text) and of everything about the embedder that decides its vector; SHA-256 in base64. */
export function vectorKey(fingerprint: string, text: string): string {
  return hash('sha256', `${fingerprint}\0${text}`, 'base64')
}

/**
 * Embeds chunks; equal embedded texts once, and none that `cache` has. Vectors of the last `reused_vectors` different texts are also kept in
 * memory between calls; lives as long as one load.
 */
export function createVectorSource(
  embedder: Embedder,
  cache: VectorCache,
  settings: Pick<IngestSettings, 'modelTexts' | 'reusedVectors'>,
): VectorSource {
  const kept = new Map<string, Float32Array>()
  let last: Promise<unknown> = Promise.resolve()
  return {
    /** One call after the other: two batches with the same text would both embed it. */
    vectors(chunks, limits) {
      const mine = last.catch(() => undefined).then(() => vectorsOf(chunks, limits))
      last = mine
      return mine
    },
  }

  async function vectorsOf(chunks: readonly Chunk[], limits: Limits): Promise<Embedded> {
    const texts = chunks.map(embeddedText)
    const keys = texts.map((text) => vectorKey(embedder.fingerprint, text))
    const known = new Map(keys.flatMap((key) => entryOf(kept, key)))
    const unknown = new Map(keys.flatMap((key, i) => (known.has(key) ? [] : [[key, texts[i] ?? ''] as const])))
    const cached = await cache.get([...unknown.keys()], embedder.dimensions)
    const missing = [...unknown].filter(([key]) => !cached.has(key))
    const fresh = await embed(missing, embedder, settings.modelTexts, limits)
    await cache.put(fresh.vectors)
    for (const [key, vector] of [...cached, ...fresh.vectors]) known.set(key, vector)
    keep(kept, known, settings.reusedVectors)
    const vectors = keys.map((key) => {
      const vector = known.get(key)
      invariant(vector !== undefined, 'the embedder gives one vector per text')
      return vector
    })
    return { vectors, reused: chunks.length - unknown.size, cached: cached.size, tokens: fresh.tokens, cut: fresh.cut }
  }
}

const entryOf = <Value>(map: ReadonlyMap<string, Value>, key: string): readonly (readonly [string, Value])[] => {
  const value = map.get(key)
  return value === undefined ? [] : [[key, value]]
}

/** In calls of at most `modelTexts`. */
async function embed(texts: readonly (readonly [key: string, text: string])[], embedder: Embedder, modelTexts: number, limits: Limits) {
  const vectors = new Map<string, Float32Array>()
  let [tokens, cut] = [0, 0]
  for (let from = 0; from < texts.length; from += modelTexts) {
    const part = texts.slice(from, from + modelTexts)
    const embedding = await embedder.embed(
      part.map(([, text]) => text),
      'passage',
      limits,
    )
    tokens += embedding.tokens
    cut += embedding.cut
    for (const [i, [key]] of part.entries()) {
      const vector = embedding.vectors[i]
      invariant(vector !== undefined, 'the embedder gives one vector per text')
      // Copied: a vector may be a window on those of its whole call, which would stay in memory with it.
      vectors.set(key, vector.slice())
    }
  }
  return { vectors, tokens, cut }
}

/** Puts the latest behind and drops the oldest beyond `limit`; a Map keeps the order of insertion. */
function keep(kept: Map<string, Float32Array>, latest: ReadonlyMap<string, Float32Array>, limit: number): void {
  for (const [key, vector] of latest) {
    kept.delete(key)
    kept.set(key, vector)
  }
  for (const key of kept.keys()) {
    if (kept.size <= limit) break
    kept.delete(key)
  }
}
