import { madeQuestions } from '../core/confidence/made-question.ts'
import type { DocumentId } from '../core/ids.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Limits } from '../core/ports/limits.ts'
import { everyNth } from './every-nth.ts'

/** Documents that questions are drawn from; of a larger index the first by id. */
const DOCUMENTS_SEEN = 20_000
const DOCUMENTS_PAGE = 500

/** At most `most` questions made out of the text of an index: as many of each document as of the others, evenly over the index. */
export async function questionsOf(reader: IndexReader, most: number, limits: Limits): Promise<readonly string[]> {
  const ids = everyNth(await documentsOf(reader, limits), most)
  const each = Math.ceil(most / Math.max(1, ids.length))
  const made: string[] = []
  for (const id of ids) {
    const document = await reader.document(id, limits)
    made.push(...madeQuestions(document?.text ?? '', each))
  }
  return everyNth(made, most)
}

async function documentsOf(reader: IndexReader, limits: Limits): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = []
  for (let after: DocumentId | null = null; ; after = ids.at(-1) ?? null) {
    const page = await reader.documents({ after, limit: DOCUMENTS_PAGE }, limits)
    ids.push(...page.map(({ id }) => id))
    if (page.length === 0 || ids.length >= DOCUMENTS_SEEN) return ids
  }
}
