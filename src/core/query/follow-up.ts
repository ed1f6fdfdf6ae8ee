import type { FollowUp } from '../answer.ts'
import { readForm, type Read } from './follow-up-form.ts'
import { kindOfName } from './follow-up-kinds.ts'
import { isTelling, wordsOf, type Word } from './follow-up-words.ts'
import { questionFirst, sentencesOf } from './question.ts'

/** A question that was asked before, and what was searched for it. */
export interface AskedBefore {
  readonly query: string
  readonly searched: string
}

export interface Resolved {
  readonly searched: string
  /** Null where the question stands alone. */
  readonly followUp: FollowUp | null
}

/** More would drown the question that was asked. */
const MAX_CARRIED = 8
/** How far back a topic is looked for, where the latest questions have none. */
const MAX_TURNS_BACK = 4
/** A question of more characters says what it is about. */
const MAX_CHARACTERS = 200

/**
 * What to search for a question that came after others (`earlier`, oldest first). One that is complete is searched as it stands: a change of topic
 * takes nothing along. One that is not takes over the telling words of the latest question that has some (which itself may hold words that
 * were carried), without those that it says again and those whose place it takes: of the same kind ("for v2" after "v1"), behind the same
 * preposition, or of a fragment before it ("and Linux?", "and Windows?"). By words and shapes alone; pure, deterministic.
 */
export function resolveFollowUp(query: string, earlier: readonly AskedBefore[]): Resolved {
  const alone = { searched: query, followUp: null }
  if (earlier.length === 0 || query.length > MAX_CHARACTERS) return alone
  const read = readForm(wordsOf(query))
  if (read.form === 'complete') return alone
  for (const [back, turn] of earlier.toReversed().slice(0, MAX_TURNS_BACK).entries()) {
    const carried = carry(turn, read)
    if (carried.length === 0) continue
    const known = earlier.slice(0, earlier.length - back)
    const from = (known.findLast((each) => each.query === each.searched) ?? turn).query
    return { searched: `${carried.join(' ')} ${withoutTie(query, read)}`, followUp: { carried, from } }
  }
  return alone
}

function carry(turn: AskedBefore, { form, words }: Read): string[] {
  const before = wordsOf(form === 'fragment' ? withoutFragment(turn) : asked(turn.searched))
  const said = new Set(words.map(({ key }) => stem(key)))
  const kinds = new Set(form === 'fragment' ? words.filter(isTelling).map(({ text }) => kindOfName(text)) : [])
  kinds.delete(null)
  const replaced = form === 'fragment' ? behindSamePreposition(before, words) : new Set<Word>()
  const kept = before.filter(
    (word) => isTelling(word) && !said.has(stem(word.key)) && !kinds.has(kindOfName(word.text)) && !replaced.has(word),
  )
  const distinct = [...new Map(kept.map((word) => [word.key, word])).values()]
  if (distinct.length <= MAX_CARRIED) return distinct.map(({ text }) => text)
  const first = new Set([...distinct.filter(({ kind }) => kind === 'identifier'), ...distinct].slice(0, MAX_CARRIED))
  return distinct.filter((word) => first.has(word)).map(({ text }) => text)
}

/** What was searched for a turn, without its own words where it was a fragment too: the new one takes their place. */
function withoutFragment({ query, searched }: AskedBefore): string {
  const isFragment = searched !== query && readForm(wordsOf(query)).form === 'fragment'
  if (!isFragment) return asked(searched)
  const own = new Set(wordsOf(query).map(({ key }) => key))
  return wordsOf(searched)
    .filter(({ key }) => !own.has(key))
    .map(({ text }) => text)
    .join(' ')
}

/** The telling words that follow in `before` upon the preposition with which the fragment begins. */
function behindSamePreposition(before: readonly Word[], [first]: readonly Word[]): Set<Word> {
  const at = first?.kind === 'preposition' ? before.findLastIndex(({ key }) => key === first.key) : -1
  if (at === -1) return new Set()
  const behind = before.slice(at + 1)
  const start = behind.findIndex(({ kind }) => kind !== 'article')
  const end = behind.findIndex((word, place) => place > start && !isTelling(word))
  return new Set(behind.slice(Math.max(0, start), end === -1 ? undefined : end))
}

/** Of a long text, what it asks. */
const asked = (text: string): string => (text.length <= MAX_CHARACTERS ? text : questionFirst(sentencesOf(text)).asked.join(' '))

/** The question from its first word that says something on. */
const withoutTie = (query: string, { words }: Read): string => query.slice(words[0]?.start ?? 0)

/** Enough to find a word again in its plural. */
const stem = (key: string): string => key.replace(/(?:'s|e?s)$/, '')
