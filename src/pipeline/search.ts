import { AppError } from '../core/errors.ts'
import type { DocumentId } from '../core/ids.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { Hit, IndexReader } from '../core/ports/index-reader.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import type { Filter } from '../core/types.ts'
import { withReserve, type RequestContext } from './context.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

export interface Legs {
  readonly lexical: readonly Hit[]
  readonly vector: readonly Hit[]
}

export interface SearchInput {
  readonly derived: DerivedQuery
  readonly vector: Float32Array | null
  readonly plan: Plan
  readonly reader: IndexReader
  readonly filter: Filter | null
  /** Documents to search in; null searches all. */
  readonly within: readonly DocumentId[] | null
  /** Distinct documents that each leg should reach, 0 where the plan's depth decides. */
  readonly documents: number
}

interface Deepened {
  readonly hits: readonly Hit[]
  readonly shortened: string | null
}

/** Share of a leg's hits that must be distinct texts before the leg is good enough; below it duplicates have eaten its depth. */
const DISTINCT_SHARE = 0.75

/** Both legs at once; each may fail without the other. Only when every planned leg fails does the request. */
export function createSearchStage(settings: PipelineSettings) {
  const { widenFactor, depthMax, reserveMs } = settings.retrieve

  return {
    name: 'search',
    async run(input: SearchInput, context: RequestContext): Promise<Legs> {
      const { derived, vector, plan, reader, filter, within } = input
      if (!plan.retrieves) {
        context.trace.notPlanned('lexical')
        context.trace.notPlanned('vector')
        return { lexical: [], vector: [] }
      }
      const limits = withReserve(context, reserveMs)
      const lexical = (k: number) => reader.lexical(derived.lexical, k, filter, within, limits)
      const dense = vector === null ? null : (k: number) => reader.vector(vector, k, filter, within, limits)
      const failures: unknown[] = []

      const [lexicalHits, vectorHits] = await Promise.all([
        leg('lexical', plan.lexicalDepth, lexical),
        leg('vector', plan.vectorDepth, dense),
      ])
      const planned = Number(plan.lexicalDepth > 0) + Number(plan.vectorDepth > 0)
      // Time explains the rest: a question that could not be encoded in time leaves no vector either.
      if (planned > 0 && failures.length === planned) throw failures.find(isTimeout) ?? failures[0]
      return { lexical: lexicalHits, vector: vectorHits }

      function leg(name: string, depth: number, search: ((k: number) => Promise<readonly Hit[]>) | null): Promise<readonly Hit[]> {
        if (depth === 0) {
          context.trace.notPlanned(name)
          return Promise.resolve([])
        }
        return context.trace.run(name, async () => {
          if (search === null) {
            failures.push(new AppError('model_unavailable', 'The query could not be encoded and no other leg answered.'))
            return [[], { in: depth, out: 0, status: 'skipped', reason: 'no_query_vector' }]
          }
          try {
            const { hits, shortened } = await deepen(search, depth, input.documents)
            const status = shortened === null ? {} : ({ status: 'degraded', reason: shortened } as const)
            return [hits, { in: depth, out: hits.length, ...status }]
          } catch (error) {
            if (!isWeather(error)) throw error
            failures.push(error)
            return [[], { in: depth, out: 0, ...failure(error) }]
          }
        })
      }
    },
  }

  /**
   * Asks deeper until enough distinct texts (or documents) stand in the hits, nothing is left, or the deepest allowed is reached.
   * Where only asking deeper fails, what was found before stands, and `shortened` says why it is no more.
   */
  async function deepen(search: (k: number) => Promise<readonly Hit[]>, depth: number, documents: number): Promise<Deepened> {
    let hits = await search(depth)
    for (let k = depth; hits.length >= k && k < depthMax && !isEnough(hits, depth, documents);) {
      k = Math.min(depthMax, k * widenFactor)
      try {
        hits = await search(k)
      } catch (error) {
        if (!isWeather(error)) throw error
        return { hits, shortened: failure(error).reason }
      }
    }
    return { hits, shortened: null }
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof AppError && error.code === 'deadline_exceeded'
}

function isEnough(hits: readonly Hit[], depth: number, documents: number): boolean {
  if (documents > 0) return new Set(hits.map((hit) => hit.doc)).size >= documents
  return new Set(hits.map((hit) => hit.group)).size >= depth * DISTINCT_SHARE
}
