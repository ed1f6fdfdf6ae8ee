import { documentMean } from '../core/fusion/document-mean.ts'
import type { DocumentId } from '../core/ids.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import type { Filter } from '../core/types.ts'
import type { RequestContext } from './context.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

/**
 * Hierarchy: in a large index documents are ranked first, by title and headings and by their centroid, and chunks are searched inside
 * the best of them. Null means that all chunks are searched: the plan or the size does not ask for it, or ranking documents failed.
 */
export function createDocumentsStage(settings: PipelineSettings) {
  const { minChunks, documents } = settings.retrieve.hierarchy

  return {
    name: 'documents',
    async run(
      input: {
        readonly derived: DerivedQuery
        readonly vector: Float32Array | null
        readonly plan: Plan
        readonly vectorWeight: number
        readonly reader: IndexReader
        readonly filter: Filter | null
      },
      context: RequestContext,
    ): Promise<readonly DocumentId[] | null> {
      const { derived, vector, plan, reader, filter } = input
      if (!plan.retrieves || !plan.hierarchy || reader.counts.chunks < minChunks) {
        context.trace.notPlanned('documents')
        return null
      }
      return context.trace.run('documents', async () => {
        try {
          const [lexical, dense] = await Promise.all([
            reader.lexicalDocuments(derived.lexical, documents, filter, context.limits),
            vector === null ? [] : reader.vectorDocuments(vector, documents, filter, context.limits),
          ])
          const ranked = documentMean([
            { weight: 1 - input.vectorWeight, hits: lexical },
            { weight: input.vectorWeight, hits: dense },
          ])
          const best = ranked.slice(0, documents).map((hit) => hit.doc)
          return [best.length === 0 ? null : best, { in: reader.counts.documents, out: best.length }]
        } catch (error) {
          if (!isWeather(error)) throw error
          return [null, { in: reader.counts.documents, out: 0, ...failure(error) }]
        }
      })
    },
  }
}
