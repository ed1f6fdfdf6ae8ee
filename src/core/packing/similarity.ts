const WORD = /[\p{L}\p{N}_]+/gu

/** The distinct words of a text, lower case; what near-duplicates are judged by. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(WORD) ?? [])
}

/** Jaccard similarity |A ∩ B| / |A ∪ B|, in [0, 1]; two empty sets are equal. What `areSimilar` decides by, and is tested against. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  if (large.size === 0) return 1
  let shared = 0
  for (const word of small) if (large.has(word)) shared += 1
  return shared / (a.size + b.size - shared)
}

/**
 * Whether `jaccard(a, b) >= threshold`, without counting to the end: sizes alone rule out most pairs (Jaccard is at most min / max of
 * them), and a pair is given up with the first word too many that the other set lacks.
 */
export function areSimilar(a: ReadonlySet<string>, b: ReadonlySet<string>, threshold: number): boolean {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  if (large.size === 0) return true
  const similar = (shared: number): boolean => shared / (a.size + b.size - shared) >= threshold
  let shared = small.size
  if (!similar(shared)) return false
  for (const word of small) {
    if (large.has(word)) continue
    shared -= 1
    if (!similar(shared)) return false
  }
  return true
}
