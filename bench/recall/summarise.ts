import type { Dataset, Query } from '../dataset.ts'
import { pairedDifference, type Difference } from '../metrics/bootstrap.ts'
import { mean } from '../metrics/mean.ts'
import { percentile } from '../metrics/percentile.ts'
import { scoreQuery, type Scores } from '../metrics/score-query.ts'
import { column, intervals, meanScores } from '../metrics/summarise.ts'
import type { RankedQuery } from './rank-queries.ts'
import type { RecallResult, SystemFigures } from './result.ts'

/** Scores of each query, in order. */
export function scoreRun(
  dataset: Dataset,
  queries: readonly Query[],
  ranked: readonly RankedQuery[],
  ks: readonly number[],
): readonly Scores[] {
  return queries.map((query, index) => {
    const documents = ranked[index]?.documents.map(({ doc }) => doc) ?? []
    return scoreQuery(documents, dataset.qrels.get(query.id) ?? new Map<string, number>(), ks)
  })
}

export function summariseSystem(
  ranked: readonly RankedQuery[],
  scores: readonly Scores[],
  labels: readonly string[],
  perQuery: readonly Query[] | null,
): SystemFigures {
  const times = ranked.map(({ ms }) => ms)
  return {
    ...(meanScores(scores) as { map: number }),
    p50_ms: percentile(times, 50),
    p95_ms: percentile(times, 95),
    reranked_share: mean(ranked.map(({ reranked }) => (reranked ? 1 : 0))),
    degraded_share: mean(ranked.map(({ degraded }) => (degraded ? 1 : 0))),
    interval: intervals(scores),
    by_intent: byIntent(ranked, scores, labels),
    ...(perQuery && { per_query: Object.fromEntries(perQuery.map(({ id }, index) => [id, scores[index]?.['ndcg@10'] ?? 0])) }),
  }
}

function byIntent(ranked: readonly RankedQuery[], scores: readonly Scores[], labels: readonly string[]): SystemFigures['by_intent'] {
  const present = [...new Set(labels)].sort()
  return Object.fromEntries(
    present.map((label) => {
      const chosen = scores.filter((_, index) => labels[index] === label)
      const reranked = ranked.filter((_, index) => labels[index] === label).map((query) => (query.reranked ? 1 : 0))
      return [label, { queries: chosen.length, ...meanScores(chosen), reranked_share: mean(reranked) }]
    }),
  )
}

/** Every later system against every earlier one. */
export function differencesOf(systems: readonly (readonly [name: string, scores: readonly Scores[]])[]): Record<string, Difference> {
  const pairs = systems.flatMap(([later, a], index) =>
    systems.slice(0, index).map(([earlier, b]) => [`${later}-${earlier}`, a, b] as const),
  )
  return Object.fromEntries(pairs.map(([name, a, b]) => [name, pairedDifference(column(a, 'ndcg@10'), column(b, 'ndcg@10'))]))
}

/** Mean nDCG@10 over data sets, for the systems that ran on all of them. */
export function meanOverDatasets(results: readonly RecallResult[]): Record<string, number> {
  const names = Object.keys(results[0]?.systems ?? {}).filter((name) => results.every(({ systems }) => systems[name] !== undefined))
  return Object.fromEntries(names.map((name) => [name, mean(results.map(({ systems }) => systems[name]?.['ndcg@10'] ?? 0))]))
}
