import { minMax } from '../../src/core/fusion/min-max-mean.ts'
import { mean } from '../metrics/mean.ts'
import { ndcgAt } from '../metrics/ndcg.ts'
import type { ObservedQuery, ObservedSet } from './observe.ts'

/** Quality of one weight of the reranker, on every query and on those that a margin lets through. */
export interface MixFigures {
  readonly weight: number
  /** Mean over sets of nDCG@10, reranking always. */
  readonly always: number
  readonly bySet: Readonly<Record<string, number>>
  readonly byIntent: Readonly<Record<string, number>>
}

export interface MarginFigures {
  readonly margin: number
  readonly weight: number
  /** Share of queries that are reranked. */
  readonly share: number
  readonly auto: number
}

/** nDCG@10 of one query with the reranker mixed in at `weight`, as the rerank stage mixes it; weight 0 is the fused order. */
export function mixedNdcg({ candidates, grades }: ObservedQuery, weight: number): number {
  const seen = candidates.filter(({ rerank }) => rerank !== null)
  const points = minMax(seen.map(({ rerank }) => rerank ?? 0))
  const bonus = new Map(seen.map((candidate, position) => [candidate, points[position] ?? 0]))
  const mixed = candidates.map((candidate) => ({
    doc: candidate.doc,
    score: (1 - weight) * candidate.fused + weight * (bonus.get(candidate) ?? 0),
  }))
  const ranking = [...new Set(mixed.sort((a, b) => b.score - a.score).map(({ doc }) => doc))]
  return ndcgAt(ranking, grades, 10, 'exponential')
}

export function mixFigures(sets: readonly ObservedSet[], weight: number): MixFigures {
  const bySet = Object.fromEntries(sets.map(({ name, queries }) => [name, mean(queries.map((query) => mixedNdcg(query, weight)))]))
  const all = sets.flatMap(({ queries }) => queries)
  const byIntent = Object.fromEntries(
    [...Map.groupBy(all, ({ intent }) => intent)].map(([intent, queries]) => [
      intent,
      mean(queries.map((query) => mixedNdcg(query, weight))),
    ]),
  )
  return { weight, always: mean(Object.values(bySet)), bySet, byIntent }
}

/** Reranks only where the two best fused scores are closer than the margin. */
export function marginFigures(sets: readonly ObservedSet[], weight: number, margin: number): MarginFigures {
  const isClose = ({ candidates: [first, second] }: ObservedQuery) =>
    first !== undefined && second !== undefined && first.fused - second.fused < margin
  const perSet = sets.map(({ queries }) => mean(queries.map((query) => mixedNdcg(query, isClose(query) ? weight : 0))))
  const all = sets.flatMap(({ queries }) => queries)
  return { margin, weight, share: all.filter(isClose).length / all.length, auto: mean(perSet) }
}
