import { mixed } from './mixed.ts'

/**
 * Texts meet in a band where all its rows are equal: of Jaccard similarity s with probability 1 − (1 − s^ROWS)^BANDS, which is .992 at .8, .62 at .56 and .02 at
 * .2 (Broder 1997; Indyk and Motwani 1998; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3).
 */
export const BANDS = 9
export const ROWS = 4
/** Bytes of a signature: one for each row of each band. */
export const SIGNATURE_BYTES = BANDS * ROWS

const MULTIPLIERS = Uint32Array.from({ length: SIGNATURE_BYTES }, (_, row) => mixed(row + 1) | 1)
const OFFSETS = Uint32Array.from({ length: SIGNATURE_BYTES }, (_, row) => mixed(row + 0x10001))

/**
 * One byte of the smallest hash of the shingles under each of 36 hash functions (b-bit minwise hashing: Li and König 2010): two signatures agree in a byte with
 * probability s + (1 − s) / 256. Equal sets have equal signatures; of an empty set it is all zeros.
 */
export function signatureOf(shingles: Uint32Array): Uint8Array {
  const signature = new Uint8Array(SIGNATURE_BYTES)
  if (shingles.length === 0) return signature
  for (let row = 0; row < SIGNATURE_BYTES; row++) {
    const [multiplier, offset] = [MULTIPLIERS[row] ?? 1, OFFSETS[row] ?? 0]
    let smallest = 0x7fffffff
    for (let at = 0; at < shingles.length; at++) {
      const hash = Math.imul((shingles[at] ?? 0) ^ offset, multiplier)
      if (hash < smallest) smallest = hash
    }
    signature[row] = mixed(smallest)
  }
  return signature
}

/** Estimated Jaccard similarity, with a standard deviation of √(s (1 − s) / 36): .067 at .8. */
export function estimate(a: Uint8Array, b: Uint8Array): number {
  let equal = 0
  for (let row = 0; row < SIGNATURE_BYTES; row++) if (a[row] === b[row]) equal += 1
  return Math.max(0, (equal / SIGNATURE_BYTES - 1 / 256) / (1 - 1 / 256))
}
