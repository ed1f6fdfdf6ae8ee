import { hash } from 'node:crypto'

/**
 * Text as duplicates are compared: Unicode NFKC, lower case, every run of white space one space, none at the ends.
 * Two passages that differ only in case, line breaks or compatibility forms (`ﬁ`, full-width digits) are the same passage.
 */
export function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}

/** First 24 hex digits (96 bits) of SHA-256 over the parts, each with its length in front, so that no two lists of parts run together. */
export function stableHash(...parts: readonly string[]): string {
  const lengthened = parts.map((part) => `${part.length}:${part}`).join('')
  return hash('sha256', lengthened, 'hex').slice(0, 24)
}

/** Equal for texts that normalise to the same: how exact duplicates are found wherever they stand. */
export function textHash(text: string): string {
  return stableHash(normalise(text))
}
