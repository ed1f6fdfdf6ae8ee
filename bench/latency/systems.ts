import { invariant } from '../../src/core/errors.ts'
import type { IndexName } from '../../src/core/ids.ts'
import { BENCH_TENANT, INGEST_DEADLINE_MS, QUERY_DEADLINE_MS, type Session } from '../session.ts'

/** The two things that are timed against each other; `order` chooses the question. */
export interface Systems {
  readonly full: (order: number) => Promise<void>
  readonly raw: (order: number) => Promise<void>
  /** Stage times of every full request since `forgetStages`. */
  readonly stages: readonly Readonly<Record<string, number>>[]
  readonly forgetStages: () => void
  readonly close: () => void
}

/** Full: the query path from text to ranking, hybrid, never reranked. Raw: the native calls for the same questions, their vectors computed beforehand. */
export async function openSystems(
  { engine, limits }: Session,
  index: IndexName,
  queries: readonly string[],
  { profile, k }: { readonly profile: string; readonly k: number },
): Promise<Systems> {
  const models = await engine.profiles.open(profile)
  const { vectors } = await models.queries.embed(queries, 'query', limits(INGEST_DEADLINE_MS))
  const raw = await engine.rawPair(BENCH_TENANT, index, limits(QUERY_DEADLINE_MS))
  const stages: Readonly<Record<string, number>>[] = []
  const overrides = { retrieves: true, lexicalDepth: k, vectorDepth: k, rerank: 'never', hierarchy: false } as const
  const queryAt = (order: number) => {
    const query = queries[order % queries.length]
    invariant(query !== undefined, 'a load without questions')
    return query
  }
  return {
    async full(order) {
      const request = { tenant: BENCH_TENANT, index, query: queryAt(order), filter: null, classify: true, overrides, documents: 0 }
      stages.push((await engine.ranker.rank(request, limits(QUERY_DEADLINE_MS))).stages)
    },
    async raw(order) {
      const vector = vectors[order % vectors.length]
      invariant(vector !== undefined, 'a question without a vector')
      await raw.search(queryAt(order), vector, k)
    },
    stages,
    forgetStages: () => void stages.splice(0),
    close: () => raw.close(),
  }
}
