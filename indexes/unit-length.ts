const TOLERANCE = 1e-3

export function lengthOf(vector: Iterable<number>): number {
  let square = 0
  for (const value of vector) square += value * value
  return Math.sqrt(square)
}

/** What an embedder promises: finite, and of unit length as exactly as an index wants it. */
export const isUnitLength = (length: number): boolean => Math.abs(length - 1) <= TOLERANCE
