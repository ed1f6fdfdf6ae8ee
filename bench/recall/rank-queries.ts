import type { IndexName } from '../../src/core/ids.ts'
import type { PlanSettings } from '../../src/core/plan/plan.ts'
import type { RankRequest } from '../../src/core/ports/ranker.ts'
import type { Query } from '../dataset.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from '../session.ts'
import type { ScoredDocument } from '../trec.ts'
import { documentsByBestChunk } from './best-chunk.ts'

export interface RankedQuery {
  readonly documents: readonly ScoredDocument[]
  readonly ms: number
  readonly reranked: boolean
  readonly degraded: boolean
}

export interface RankingTask {
  readonly label: string
  readonly index: IndexName
  readonly queries: readonly Query[]
  readonly overrides: Partial<PlanSettings>
  readonly classify: boolean
  /** Distinct documents that a ranking shall hold. */
  readonly depth: number
}

/** Asked and thrown away first: models load, pages come into memory. */
const WARM_UP_QUERIES = 5

/** One query after the other, so that the time of each is its own. In the order of `task.queries`. */
export async function rankQueries(session: Session, task: RankingTask): Promise<readonly RankedQuery[]> {
  for (const query of task.queries.slice(0, WARM_UP_QUERIES)) await rankOne(session, task, query)
  const progress = session.terminal.progress(task.label, task.queries.length)
  try {
    const ranked: RankedQuery[] = []
    for (const query of task.queries) {
      ranked.push(await rankOne(session, task, query))
      progress.advance(1)
    }
    return ranked
  } finally {
    progress.stop()
  }
}

async function rankOne({ engine, limits }: Session, task: RankingTask, query: Query): Promise<RankedQuery> {
  const started = engine.clock.now()
  const ranking = await engine.ranker.rank(requestOf(task, query), limits(QUERY_DEADLINE_MS))
  const ms = engine.clock.now() - started
  const documents = documentsByBestChunk(ranking.chunks, task.depth)
  return { documents, ms, reranked: ranking.reranked, degraded: ranking.degraded }
}

/** The intent of each query, without searching for anything. */
export async function labelQueries({ engine, limits }: Session, index: IndexName, queries: readonly Query[]): Promise<readonly string[]> {
  const labels: string[] = []
  for (const query of queries) {
    const task = { index, overrides: { retrieves: false }, classify: true, depth: 0 }
    labels.push((await engine.ranker.rank(requestOf(task, query), limits(QUERY_DEADLINE_MS))).intent)
  }
  return labels
}

const requestOf = (task: Pick<RankingTask, 'index' | 'overrides' | 'classify' | 'depth'>, query: Query): RankRequest => ({
  tenant: BENCH_TENANT,
  index: task.index,
  query: query.text,
  filter: null,
  classify: task.classify,
  overrides: task.overrides,
  documents: task.depth,
})
