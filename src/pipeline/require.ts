import { collapseDuplicates } from '../core/fusion/collapse.ts'
import { minMaxMean } from '../core/fusion/min-max-mean.ts'
import type { DocumentId } from '../core/ids.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import type { Filter } from '../core/types.ts'
import type { RequestContext } from './context.ts'
import type { Candidate } from './load.ts'
import { failure, isWeather } from './trace.ts'

export interface RequireInput {
  readonly required: ReadonlySet<DocumentId>
  readonly candidates: readonly Candidate[]
  readonly derived: DerivedQuery
  readonly vector: Float32Array | null
  readonly vectorWeight: number
  readonly reader: IndexReader
  readonly filter: Filter | null
}

/** Passages of one required document that are looked at. */
const PASSAGES = 8

/**
 * Required documents that the search did not find are searched alone, so that the best of each can be packed. The filter of the request holds
 * for them too; one that has no passage under it, or does not exist, is named by the record: `not_found`.
 */
export function createRequireStage() {
  return {
    name: 'require',
    async run(input: RequireInput, context: RequestContext): Promise<readonly Candidate[]> {
      const { required, candidates } = input
      const found = new Set(candidates.map(({ doc }) => doc))
      const missing = [...required].filter((doc) => !found.has(doc))
      if (missing.length === 0) {
        context.trace.notPlanned('require')
        return candidates
      }
      return context.trace.run('require', async () => {
        try {
          const added = await search(missing, input, context)
          const reached = new Set(added.map(({ doc }) => doc)).size
          const note = reached < missing.length ? ({ status: 'degraded', reason: 'not_found' } as const) : {}
          return [[...candidates, ...added], { in: missing.length, out: reached, ...note }]
        } catch (error) {
          if (!isWeather(error)) throw error
          return [candidates, { in: missing.length, out: 0, ...failure(error) }]
        }
      })
    },
  }
}

/** Below every candidate that was found by what was asked: being required says nothing about relevance. */
async function search(missing: readonly DocumentId[], input: RequireInput, context: RequestContext): Promise<readonly Candidate[]> {
  const { derived, vector, vectorWeight, reader, filter, candidates } = input
  const depth = PASSAGES * missing.length
  const { limits } = context
  const [lexical, dense] = await Promise.all([
    reader.lexical(derived.lexical, depth, filter, missing, limits),
    vector === null ? [] : reader.vector(vector, depth, filter, missing, limits),
  ])
  const weight = vector === null ? 0 : vectorWeight
  const fused = collapseDuplicates(
    minMaxMean([
      { name: 'lexical', weight: 1 - weight, hits: lexical },
      { name: 'vector', weight, hits: dense },
    ]),
  )
  const known = new Set(candidates.map(({ textHash }) => textHash))
  const best = missing.flatMap((doc) =>
    fused.filter((candidate) => candidate.doc === doc && !known.has(candidate.textHash)).slice(0, PASSAGES),
  )
  const chunks = await reader.load(
    best.map(({ row }) => row),
    limits,
  )
  const lowest = Math.min(1, ...candidates.map(({ score }) => score))
  return best.flatMap((candidate, position) => {
    const text = chunks[position]
    return text === undefined ? [] : [{ ...candidate, score: candidate.score * lowest, text }]
  })
}
