import { createHash } from 'node:crypto'
import { AppError } from '../../src/core/errors.ts'
import { readJsonLines, requiredString } from '../json-lines.ts'
import type { QuotedQuestion } from '../passages.ts'

/** One question of a conversation. `opening`: the first; `follow_up`: leaves something out; `switch`: complete, about something else. */
export interface Turn extends QuotedQuestion {
  readonly kind: 'opening' | 'follow_up' | 'switch'
  readonly question: string
  /** The question as somebody would ask it outside the conversation; itself where it is complete. */
  readonly standalone: string
}

export interface Conversation {
  readonly id: string
  readonly split: 'dev' | 'test'
  readonly turns: readonly Turn[]
}

export const CONVERSATIONS_LIMIT = 2000
const TURNS_LIMIT = 20

/**
 * A conversation a line: `id`, and `turns` with `question`, `doc`, `passage` and, for a follow-up, `standalone`, for a change of topic
 * `"switch": true`. Rejects `invalid_dataset` with file and line for what is none and for an id that stands twice.
 */
export async function readConversations(file: string, most = CONVERSATIONS_LIMIT): Promise<readonly Conversation[]> {
  const conversations = new Map<string, Conversation>()
  for await (const conversation of readJsonLines(file, readConversation)) {
    const { id } = conversation
    if (conversations.has(id)) throw new AppError('invalid_dataset', `${file}: conversation ${id} stands twice`, { file, id })
    if (conversations.size === most)
      throw new AppError('invalid_dataset', `${file} has more than ${most} conversations`, { file, limit: most })
    conversations.set(id, conversation)
  }
  if (conversations.size === 0) throw new AppError('invalid_dataset', `${file} has no conversation`, { file })
  return [...conversations.values()]
}

function readConversation(fields: Record<string, unknown>): Conversation {
  const id = requiredString(fields, 'id')
  const { turns } = fields
  if (!Array.isArray(turns) || turns.length < 2 || turns.length > TURNS_LIMIT)
    throw new TypeError(`field "turns" is not a list of 2 to ${TURNS_LIMIT}`)
  return { id, split: splitOf(id), turns: turns.map((turn: unknown, order) => readTurn(turn as Record<string, unknown>, id, order)) }
}

function readTurn(fields: Record<string, unknown>, conversation: string, order: number): Turn {
  const question = requiredString(fields, 'question')
  const place = {
    id: `${conversation}#${order + 1}`,
    question,
    doc: requiredString(fields, 'doc'),
    passage: requiredString(fields, 'passage'),
  }
  if (place.passage.trim() === '') throw new TypeError('field "passage" is blank')
  if (order === 0) return { ...place, kind: 'opening', standalone: question }
  if (fields['switch'] === true) return { ...place, kind: 'switch', standalone: question }
  return { ...place, kind: 'follow_up', standalone: requiredString(fields, 'standalone') }
}

/** Rules are made by looking at half of the conversations; which half, their names decide. */
const splitOf = (id: string): 'dev' | 'test' => ((createHash('sha256').update(id).digest()[0] ?? 0) % 2 === 0 ? 'dev' : 'test')
