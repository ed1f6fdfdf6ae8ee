/**
 * Vectors that were made before, by what was embedded. Serves every version of one index and outlives them: a rebuild, a document that comes
 * back and a load that was cut short embed nothing twice.
 *
 * - A key names a text under one embedder (`vectorKey` in ingest/embed.ts): what is found is what the embedder would give.
 * - `get` gives what it has, which may be nothing: a cache that is damaged, full or gone is empty and never an error.
 * - `put` may keep less than it was given, and forgets what was put longest ago beyond `indexes.vector_cache_bytes`.
 */
export interface VectorCache {
  get(keys: readonly string[], dimensions: number): Promise<ReadonlyMap<string, Float32Array>>
  put(vectors: ReadonlyMap<string, Float32Array>): Promise<void>
}
