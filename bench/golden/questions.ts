import { AppError } from '../../src/core/errors.ts'
import { readJsonLines, requiredString } from '../json-lines.ts'

/** A question whose answer stands in the documents, quoted. */
export interface AnswerableQuestion {
  readonly id: string
  readonly question: string
  /** Path below the documents' folder. */
  readonly doc: string
  /** Exact text of the document. */
  readonly passage: string
  readonly intent: string
}

/** A question that the documents do not answer. */
export interface UnanswerableQuestion {
  readonly id: string
  readonly question: string
  readonly intent: string
}

export interface Questions {
  readonly answerable: readonly AnswerableQuestion[]
  readonly unanswerable: readonly UnanswerableQuestion[]
}

export const QUESTIONS_LIMIT = 10_000

/** Rejects `invalid_dataset` with file and line for a bad question and for an id that stands twice. */
export async function readQuestions(file: string, most = QUESTIONS_LIMIT): Promise<Questions> {
  const answerable: AnswerableQuestion[] = []
  const unanswerable: UnanswerableQuestion[] = []
  const seen = new Set<string>()
  for await (const { known, row } of readJsonLines(file, readQuestion)) {
    if (seen.has(row.id)) throw new AppError('invalid_dataset', `${file}: question ${row.id} stands twice`, { file, question: row.id })
    if (seen.size === most) throw new AppError('invalid_dataset', `${file} has more than ${most} questions`, { file, limit: most })
    seen.add(row.id)
    if (known === null) unanswerable.push(row)
    else answerable.push({ ...row, ...known })
  }
  if (answerable.length === 0) throw new AppError('invalid_dataset', `${file} has no answerable question`, { file })
  return { answerable, unanswerable }
}

function readQuestion(fields: Record<string, unknown>) {
  const row = { id: requiredString(fields, 'id'), question: requiredString(fields, 'question'), intent: requiredString(fields, 'intent') }
  const { answerable } = fields as { answerable?: unknown }
  if (typeof answerable !== 'boolean') throw new TypeError('field "answerable" is not true or false')
  if (!answerable) return { known: null, row }
  const passage = requiredString(fields, 'passage')
  if (passage.trim() === '') throw new TypeError('field "passage" is blank')
  return { known: { doc: requiredString(fields, 'doc'), passage }, row }
}
