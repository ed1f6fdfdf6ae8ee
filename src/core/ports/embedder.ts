import type { Limits } from './limits.ts'

/**
 * Turns text into unit vectors.
 *
 * - `embed` returns one vector per text, in order, each of length `dimensions`, finite and of unit length (±1e-3). An
 *   empty list gives an empty list. Deterministic: the same text gives the same vector up to batch padding (cosine > .999).
 * - Text beyond `maxTokens` is cut, never refused; how many tokens were cut is counted in the result.
 * - `kind` selects the prefix that asymmetric models want.
 * - Cancellable between batches: rejects `cancelled` or `deadline_exceeded`, no vector is delivered then.
 * - `fingerprint` is a hash of weights, tokenizer, pooling, maximum length, prefixes and normalisation. Writing into an
 *   index demands its fingerprint. `space` is shared by embedders whose vectors may be compared with each other.
 * - A model that cannot be loaded rejects with `model_unavailable`; a failed load is forgotten and tried again.
 */
export interface Embedder {
  readonly name: string
  readonly fingerprint: string
  readonly space: string
  readonly dimensions: number
  readonly maxTokens: number
  embed(texts: readonly string[], kind: 'query' | 'passage', limits: Limits): Promise<Embedding>
  /** Model tokens of each text, special tokens included, before any cut. Exact; what the chunker measures with. */
  countTokens(texts: readonly string[], limits: Limits): Promise<readonly number[]>
}

export interface Embedding {
  readonly vectors: readonly Float32Array[]
  /** Model tokens encoded, special tokens included, padding not. */
  readonly tokens: number
  /** How many of the texts were longer than the model reads. */
  readonly cut: number
}
