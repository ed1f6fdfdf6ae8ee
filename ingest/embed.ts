import { createHash } from 'node:crypto'
import { invariant } from '../src/core/errors.ts'
import type { Embedder } from '../src/core/ports/embedder.ts'
import type { Limits } from '../src/core/ports/limits.ts'
import type { Chunk } from '../src/core/types.ts'
import { embeddedText } from './chunk/chunk-documents.ts'
import type { IngestSettings } from './settings.ts'

export interface Embedded {
  /** One per chunk, in order. */
  readonly vectors: readonly Float32Array[]
  /** Chunks that got the vector of an earlier one with the same text. */
  readonly reused: number
  readonly tokens: number
  readonly cut: number
}

export interface VectorSource {
  vectors(chunks: readonly Chunk[], limits: Limits): Promise<Embedded>
}

/**
 * Embeds chunks; equal embedded texts (title, headings and text) once. Vectors of the last `reused_vectors` different texts are kept
 * between calls; lives as long as one load.
 */
export function createVectorSource(embedder: Embedder, settings: Pick<IngestSettings, 'modelTexts' | 'reusedVectors'>): VectorSource {
  const kept = new Map<string, Float32Array>()
  return {
    async vectors(chunks, limits) {
      const texts = chunks.map(embeddedText)
      const keys = texts.map((text) => createHash('sha256').update(text).digest('base64'))
      const missing = new Map<string, string>()
      for (const [i, key] of keys.entries()) if (!kept.has(key)) missing.set(key, texts[i] ?? '')
      const known = new Map(keys.flatMap((key) => (kept.has(key) ? [[key, kept.get(key)] as const] : [])))
      const fresh = [...missing.entries()]
      let [tokens, cut] = [0, 0]
      for (let from = 0; from < fresh.length; from += settings.modelTexts) {
        const part = fresh.slice(from, from + settings.modelTexts)
        const embedding = await embedder.embed(
          part.map(([, text]) => text),
          'passage',
          limits,
        )
        tokens += embedding.tokens
        cut += embedding.cut
        // Copied: a vector may be a window on those of its whole call, which would stay in memory with it.
        for (const [i, [key]] of part.entries()) known.set(key, embedding.vectors[i]?.slice())
      }
      keep(kept, known, settings.reusedVectors)
      const vectors = keys.map((key) => {
        const vector = known.get(key)
        invariant(vector !== undefined, 'the embedder gives one vector per text')
        return vector
      })
      return { vectors, reused: chunks.length - fresh.length, tokens, cut }
    },
  }
}

/** Puts the latest behind and drops the oldest beyond `limit`; a Map keeps the order of insertion. */
function keep(kept: Map<string, Float32Array>, latest: ReadonlyMap<string, Float32Array | undefined>, limit: number): void {
  for (const [key, vector] of latest) {
    if (vector === undefined) continue
    kept.delete(key)
    kept.set(key, vector)
  }
  for (const key of kept.keys()) {
    if (kept.size <= limit) break
    kept.delete(key)
  }
}
