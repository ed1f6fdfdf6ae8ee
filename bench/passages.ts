import { AppError } from '../src/core/errors.ts'
import type { DocumentId, IndexName } from '../src/core/ids.ts'
import type { RankedChunk } from '../src/core/ports/ranker.ts'
import type { Span } from '../src/core/types.ts'
import { locate } from '../src/core/golden/locate.ts'
import { overlaps } from '../src/core/golden/overlap.ts'
import { inOrder } from './in-order.ts'
import { BENCH_TENANT, QUERY_DEADLINE_MS, type Session } from './session.ts'

/** A question with the passage that answers it, quoted from a document. */
export interface QuotedQuestion {
  readonly id: string
  readonly doc: string
  readonly passage: string
}

export type Located<Question extends QuotedQuestion> = Question & { readonly span: Span }

/** Finds each passage in the stored text; one that no longer stands there is an error that names it. */
export async function locateAll<Question extends QuotedQuestion>(
  { engine, limits }: Session,
  index: IndexName,
  questions: readonly Question[],
): Promise<readonly Located<Question>[]> {
  const reader = await engine.indexes.pin(BENCH_TENANT, index, limits(QUERY_DEADLINE_MS))
  try {
    return await inOrder(questions, async (question) => {
      const document = await reader.document(question.doc as DocumentId, limits(QUERY_DEADLINE_MS))
      const span = document === null ? null : locate(document.text, question.passage)
      if (span !== null) return { ...question, span }
      const what = document === null ? `there is no ${question.doc}` : `its passage no longer stands in ${question.doc}`
      const { id, doc, passage } = question
      throw new AppError('invalid_dataset', `question ${id}: ${what}: "${passage.slice(0, 120)}"`, { question: id, doc })
    })
  } finally {
    reader.release()
  }
}

/** The chunks of the index in the order of the service. */
export async function rankedChunks({ engine, limits }: Session, index: IndexName, query: string): Promise<readonly RankedChunk[]> {
  const request = { tenant: BENCH_TENANT, index, query, filter: null, classify: true, overrides: {}, documents: 0 }
  return (await engine.ranker.rank(request, limits(QUERY_DEADLINE_MS))).chunks
}

/** Rank of the first chunk that overlaps the passage, from 1; infinite where none does. */
export function passageRank(chunks: readonly RankedChunk[], { doc, span }: Located<QuotedQuestion>): number {
  const position = chunks.findIndex((chunk) => chunk.doc === doc && chunk.span !== null && overlaps(chunk.span, span))
  return position === -1 ? Infinity : position + 1
}
