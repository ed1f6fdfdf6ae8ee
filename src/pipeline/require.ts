import type { Collapsed } from '../core/fusion/collapse.ts'
import type { DocumentId } from '../core/ids.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import { placeOf, withPlace, type NamedDocuments } from '../core/rules/place-of.ts'
import type { Filter } from '../core/types.ts'
import { withReserve, type RequestContext } from './context.ts'
import { inPieces } from './in-pieces.ts'
import type { Candidate } from './load.ts'
import { searchDocuments } from './search-documents.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

export interface RequireInput {
  readonly rules: NamedDocuments
  readonly candidates: readonly Candidate[]
  readonly derived: Pick<DerivedQuery, 'lexical'>
  readonly vector: Float32Array | null
  readonly vectorWeight: number
  readonly reader: IndexReader
  readonly filter: Filter | null
}

/** Most passages of one required document that are looked at. */
const PASSAGES = 8

/**
 * Gives documents that rules or the request name their place among the candidates. Required ones that the search did not find are searched alone, and
 * stand below what was found by what was asked: being required says nothing about relevance. Where a text stands in several documents,
 * it is shown as that of the one that is wanted, never as that of one that is forbidden.
 *
 * The filter of the request holds for required documents too; one that has no passage under it, or does not exist, is named by the record: `not_found`.
 */
export function createRequireStage({ retrieve: { candidates: most, reserveMs } }: Pick<PipelineSettings, 'retrieve'>) {
  return {
    name: 'require',
    async run(input: RequireInput, context: RequestContext): Promise<readonly Candidate[]> {
      const { rules, candidates } = input
      const known = documentsOf(candidates)
      const missing = [...rules.required].filter((doc) => !known.has(doc))
      const misplaced = candidates.filter((candidate) => placeOf(candidate, rules) !== candidate)
      const named = missing.length + misplaced.length
      if (named === 0) {
        context.trace.notPlanned('require')
        return candidates
      }
      return context.trace.run('require', async () => {
        try {
          const found = missing.length === 0 ? candidates : merge(candidates, await search(missing, input, context))
          const placed = await place(found, input, context)
          const reached = documentsOf(placed)
          const lacking = missing.filter((doc) => !reached.has(doc)).length
          const note = lacking > 0 ? ({ status: 'degraded', reason: 'not_found' } as const) : {}
          return [placed, { in: named, out: named - lacking, ...note }]
        } catch (error) {
          if (!isWeather(error)) throw error
          return [candidates, { in: named, out: 0, ...failure(error) }]
        }
      })
    },
  }

  function search(missing: readonly DocumentId[], input: RequireInput, context: RequestContext): Promise<readonly Collapsed[]> {
    const passages = Math.max(1, Math.min(PASSAGES, Math.floor(most / missing.length)))
    return searchDocuments(missing, passages, input, withReserve(context, reserveMs))
  }

  /** Every find at the place that the rules want, with its text. */
  async function place(
    found: readonly (Candidate | Collapsed)[],
    { rules, reader }: RequireInput,
    context: RequestContext,
  ): Promise<readonly Candidate[]> {
    const placed = found.map((each) => {
      const at = placeOf(each, rules)
      return at === each ? each : withPlace(each, at)
    })
    const bare = placed.filter((each) => !isLoaded(each))
    const rows = bare.map(({ row }) => row)
    const chunks = await inPieces(rows, most, (piece) => reader.load(piece, withReserve(context, reserveMs)))
    const texts = new Map(chunks.map((chunk) => [chunk.id, chunk]))
    return placed.flatMap((each): readonly Candidate[] => {
      if (isLoaded(each)) return [each]
      const text = texts.get(each.chunk)
      return text === undefined ? [] : [{ ...each, text }]
    })
  }
}

const isLoaded = (found: Candidate | Collapsed): found is Candidate => 'text' in found

function documentsOf(found: readonly Collapsed[]): ReadonlySet<DocumentId> {
  return new Set(found.flatMap(({ doc, twins }) => [doc, ...twins.map((twin) => twin.doc)]))
}

/** What was searched alone behind the candidates; where a candidate has the same text already, as another place of it. */
function merge(candidates: readonly Candidate[], added: readonly Collapsed[]): readonly (Candidate | Collapsed)[] {
  const byText = new Map(added.map((each) => [each.textHash, each]))
  const texts = new Set(candidates.map(({ textHash }) => textHash))
  const lowest = Math.min(1, ...candidates.map(({ score }) => score))
  const behind = added.filter(({ textHash }) => !texts.has(textHash)).map((each) => ({ ...each, score: each.score * lowest }))
  const before = candidates.map((candidate) => {
    const { twins = [], ...place } = byText.get(candidate.textHash) ?? {}
    return 'chunk' in place ? { ...candidate, twins: [...candidate.twins, place, ...twins] } : candidate
  })
  return [...before, ...behind]
}
