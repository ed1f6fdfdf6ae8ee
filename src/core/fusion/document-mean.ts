import type { DocumentHit } from '../ports/index-reader.ts'
import type { DocumentId } from '../ids.ts'
import { minMax } from './min-max-mean.ts'

/** Min-max mean over documents; as `minMaxMean`, ties by document id. */
export function documentMean(legs: readonly { readonly weight: number; readonly hits: readonly DocumentHit[] }[]): readonly DocumentHit[] {
  const scores = new Map<DocumentId, number>()
  for (const { weight, hits } of legs) {
    const points = minMax(hits.map((hit) => hit.score))
    hits.forEach((hit, position) => scores.set(hit.doc, (scores.get(hit.doc) ?? 0) + weight * (points[position] ?? 0)))
  }
  return [...scores].map(([doc, score]) => ({ doc, score })).sort((a, b) => b.score - a.score || (a.doc < b.doc ? -1 : 1))
}
