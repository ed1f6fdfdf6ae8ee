import { createHash } from 'node:crypto'
import { buildIndex, type IndexShape } from '../build-index.ts'
import { readCorpus, type Dataset } from '../dataset.ts'
import type { Grades } from '../metrics/judgements.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from '../session.ts'

/** One candidate of one query, with everything that a setting could weigh. */
export interface Observation {
  readonly doc: string
  readonly fused: number
  /** Null beyond the rerank depth. */
  readonly rerank: number | null
}

export interface ObservedQuery {
  readonly id: string
  readonly intent: string
  readonly grades: Grades
  /** In fused order. */
  readonly candidates: readonly Observation[]
}

export interface ObservedSet {
  readonly name: string
  readonly queries: readonly ObservedQuery[]
}

export type Half = 'dev' | 'test' | 'all'

/** Splits queries by a hash of their id, so that what is tuned on one half can be reported on the other. */
export function inHalf(query: string, half: Half): boolean {
  if (half === 'all') return true
  const isDev = (createHash('sha256').update(query).digest()[0] ?? 0) % 2 === 0
  return isDev === (half === 'dev')
}

/** Asks every query of the half once, with the reranker's opinion recorded beside the fused order and not mixed into it. */
export async function observe(session: Session, dataset: Dataset, shape: IndexShape, half: Half, limit: number): Promise<ObservedSet> {
  const corpus = { name: dataset.name, hash: dataset.corpusHash, documents: dataset.documents, read: () => readCorpus(dataset.folder) }
  const { index } = await buildIndex(session, corpus, shape)
  const asked = dataset.queries.filter(({ id }) => inHalf(id, half)).slice(0, limit)
  const progress = session.terminal.progress(`observe ${dataset.name}`, asked.length)
  const queries: ObservedQuery[] = []
  for (const { id, text } of asked) {
    const overrides = { rerank: 'always', rerankWeight: BARELY, rerankDepth: 32 } as const
    const request = { tenant: BENCH_TENANT, index, query: text, filter: null, classify: false, documents: 0, overrides }
    const limits = session.limits(QUERY_DEADLINE_MS)
    const { intent } = await session.engine.ranker.rank({ ...request, classify: true, overrides: { retrieves: false } }, limits)
    const { chunks } = await session.engine.ranker.rank(request, limits)
    const grades = dataset.qrels.get(id) ?? new Map<string, number>()
    const candidates = chunks.flatMap(({ doc, evidence, span }) => {
      const scoreOf = (leg: string) => evidence.find((one) => one.leg === leg)?.score ?? null
      const fused = scoreOf('fused')
      if (fused === null || span === null) return []
      return [{ doc, fused, rerank: scoreOf('rerank') }]
    })
    queries.push({ id, intent, grades, candidates: candidates.sort((a, b) => b.fused - a.fused) })
    progress.advance(1)
  }
  progress.stop()
  return { name: dataset.name, queries }
}

/** The reranker must have a weight to be asked at all; this one changes no order. */
const BARELY = 1e-9
