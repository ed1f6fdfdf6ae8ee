/** How much a new observation moves the estimate. */
const SMOOTHING = 0.3
/** Running out of time says only that the estimate was too low, not by how much. */
const BACKOFF = 1.5
/** What is never tried is never measured: with each request that is not, the estimate loses this share of what it has on the first guess. */
const RECOVERY = 0.1

/** What a pair takes a cross-encoder, in milliseconds: learned from what it took, by its fingerprint. */
export interface PairTime {
  of(reranker: string): number
  /** `pairs` were scored in `ms`. */
  took(reranker: string, ms: number, pairs: number): void
  /** `pairs` were not scored within `ms`. */
  ranOut(reranker: string, ms: number, pairs: number): void
  /** The estimate left no time for two pairs. */
  untried(reranker: string): void
}

export function createPairTime(firstGuess: number): PairTime {
  const known = new Map<string, number>()
  const of = (reranker: string): number => known.get(reranker) ?? firstGuess
  return {
    of,
    took: (reranker, ms, pairs) => void known.set(reranker, of(reranker) + SMOOTHING * (ms / pairs - of(reranker))),
    ranOut: (reranker, ms, pairs) => void known.set(reranker, BACKOFF * Math.max(of(reranker), ms / pairs)),
    untried: (reranker) => void known.set(reranker, of(reranker) - RECOVERY * Math.max(0, of(reranker) - firstGuess)),
  }
}
