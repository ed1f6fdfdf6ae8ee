import type { RankedChunk } from '../../src/core/ports/ranker.ts'
import type { ScoredDocument } from '../trec.ts'

/** Documents in the order of their best chunk, with its score; at most `most` of them. */
export function documentsByBestChunk(chunks: readonly RankedChunk[], most: number): readonly ScoredDocument[] {
  const best = new Map<string, number>()
  for (const { doc, score } of chunks) {
    if (!best.has(doc)) best.set(doc, score)
    if (best.size === most) break
  }
  return [...best].map(([doc, score]) => ({ doc, score }))
}
