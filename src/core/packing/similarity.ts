const WORD = /[\p{L}\p{N}_]+/gu

/** The distinct words of a text, lower case; what near-duplicates are judged by. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.toLowerCase().match(WORD) ?? [])
}

/** Jaccard similarity |A ∩ B| / |A ∪ B|, in [0, 1]; two empty sets are equal. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a]
  if (large.size === 0) return 1
  let shared = 0
  for (const word of small) if (large.has(word)) shared += 1
  return shared / (a.size + b.size - shared)
}

/** Whether `jaccard(a, b) >= threshold`; sizes alone rule out most pairs, since Jaccard is at most min / max of them. */
export function areSimilar(a: ReadonlySet<string>, b: ReadonlySet<string>, threshold: number): boolean {
  const smaller = Math.min(a.size, b.size)
  const larger = Math.max(a.size, b.size)
  if (smaller < threshold * larger) return false
  return jaccard(a, b) >= threshold
}
