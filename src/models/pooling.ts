import type { Pooling } from './model-settings.ts'

/** Below this a vector has no direction: every token was unknown to the encoder, or there was none. */
const NO_DIRECTION = 1e-6

/**
 * Reduces the token vectors of one row (`width` × `dimensions` from `offset` on, the first `length` of them real) to one
 * vector, written into `target`. Padding stands behind the text, so the mask is the length.
 */
export function pool(
  hidden: Float32Array,
  offset: number,
  length: number,
  dimensions: number,
  pooling: Pooling,
  target: Float32Array,
): void {
  const tokens = pooling === 'cls' ? Math.min(1, length) : length
  for (let token = 0; token < tokens; token++) {
    const from = offset + token * dimensions
    for (let d = 0; d < dimensions; d++) target[d] = (target[d] ?? 0) + (hidden[from + d] ?? 0)
  }
}

/** Scales to unit length in place; the mean's divisor falls out here. A vector without direction becomes the one with equal components. */
export function toUnitLength(vector: Float32Array): void {
  let sum = 0
  for (const x of vector) sum += x * x
  const norm = Math.sqrt(sum)
  if (norm < NO_DIRECTION) vector.fill(1 / Math.sqrt(vector.length))
  else for (let d = 0; d < vector.length; d++) vector[d] = (vector[d] ?? 0) / norm
}
