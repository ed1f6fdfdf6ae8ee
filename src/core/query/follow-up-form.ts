import { AUXILIARIES, CONNECTIVES, FILLERS, isTelling, type Word } from './follow-up-words.ts'

/**
 * What a question leaves to the ones before it. `complete`: nothing. `fragment`: it names something new to be put in the place of
 * something that was asked before ("and for v2?"). `reference`: it speaks of what was asked before ("how long does it take?").
 */
export type Form = 'complete' | 'fragment' | 'reference'

export interface Read {
  readonly form: Form
  /** The words without what only ties them to the question before. */
  readonly words: readonly Word[]
}

/** A longer question says what it is about. */
const MAX_WORDS = 14
/** A question with more telling words of its own than this can be searched as it stands, whatever it refers to. */
const MAX_TELLING = 3

const ABOUT = /^(?:(?:what|how) about|what of|(?:the )?same (?:for|with|goes for)|(?:und )?was ist mit|wie (?:ist|sieht) es mit)\b/
const CONDITION = /^(?:what )?(?:if|when)\b/
/** `it` that stands for nothing: `is it possible to`, `how long does it take to`. */
const EMPTY_IT =
  /\b(?:(?:is|was|isn't|would|will) it (?:be )?(?:possible|ok|okay|safe|necessary|allowed|better|true|worth|normal|enough|best)|it takes? to|it (?:rain|snow)s?|it means? (?:when|to|that|if))\b/g
/** What a reader has before them: `this page`. */
const AT_HAND = /\b(?:this|these) (?:documentation|docs|page|service|tool|project|program|machine|computer|product|site)\b/g
const REFERRING = new Set('it its they them their theirs none both others davon dafür damit dieses dieser diese'.split(' '))
const POSSESSIVES = new Set(['its', 'their', 'theirs'])
const POINTING = new Set(['this', 'that', 'these', 'those'])
const DEPENDENT_ENDS = new Set('then too instead otherwise afterwards there so later likewise else dann auch stattdessen'.split(' '))

/** Reads a question that came after others. Deterministic, linear in its length. */
export function readForm(words: readonly Word[]): Read {
  if (words.length > MAX_WORDS || words.length === 0) return { form: 'complete', words }
  const lead = words.findIndex(({ key }) => !FILLERS.has(key) && !CONNECTIVES.has(key))
  if (lead === -1) return { form: 'reference', words }
  const isTied = words.slice(0, lead).some(({ key }) => CONNECTIVES.has(key))
  const rest = words.slice(lead)
  const text = rest.map(({ key }) => key).join(' ')
  const about = ABOUT.exec(text)
  if (about !== null) return { form: 'fragment', words: rest.slice(about[0].split(' ').length) }

  const telling = rest.filter(isTelling).length
  if (telling === 0) return { form: 'reference', words: rest }
  const hasVerb = rest.some(({ key }) => AUXILIARIES.has(key))
  const first = rest[0]?.kind
  const isInstruction = /^(?:how|where|when|what) to\b/.test(text)
  const isClause = first === 'question' || first === 'auxiliary'
  if (!hasVerb && first === 'preposition' && telling <= MAX_TELLING) return { form: 'fragment', words: rest }
  // `which port?`: of two words that tell, one is a verb.
  if (!hasVerb && first === 'question' && !isInstruction && telling === 1) return { form: 'fragment', words: rest }
  if (refers(rest, text) && telling <= MAX_TELLING) return { form: 'reference', words: rest }
  if (DEPENDENT_ENDS.has(rest.at(-1)?.key ?? '') && telling < MAX_TELLING) return { form: 'reference', words: rest }
  if (isTied && !isClause && telling <= MAX_TELLING) return { form: 'fragment', words: rest }
  if (CONDITION.test(text) && telling <= 1) return { form: 'reference', words: rest }
  return { form: 'complete', words }
}

function refers(words: readonly Word[], text: string): boolean {
  const empty = count(text, EMPTY_IT)
  const atHand = count(text, AT_HAND)
  const pronouns = words.filter((word, at) => REFERRING.has(word.key) && !hasAntecedent(words, at)).length
  const pointers = words.filter((_, at) => points(words, at)).length
  if (pronouns > empty || pointers > atHand) return true
  return words.some((_, at) => standsForOne(words, at))
}

/** What a pronoun speaks of stands before it: `when texts are equal, are they …`, `how did the moon get its name`, `… profiles and how do they differ`. */
function hasAntecedent(words: readonly Word[], at: number): boolean {
  const before = words.slice(0, at)
  const comma = before.findLastIndex(({ ends }) => ends)
  const telling = before.filter(isTelling).length
  const isPossessive = POSSESSIVES.has(words[at]?.key ?? '')
  return telling > 1 || (isPossessive && telling > 0) || before.slice(0, comma + 1).some(isTelling)
}

/** `this`, `these`, `those`; `that` only as a pronoun: not `keys that expire`, `says that the …`, `that many`. */
function points(words: readonly Word[], at: number): boolean {
  const word = words[at]
  if (word === undefined || !POINTING.has(word.key)) return false
  if (word.key !== 'that') return true
  const before = words[at - 1]
  const after = words[at + 1]
  if (before?.key === 'so' || after?.key === 'many' || after?.key === 'much') return false
  if (after === undefined || after.kind === 'preposition') return true
  return before === undefined || !(isTelling(before) || before.kind === 'generic')
}

/** `the old one`, `changed ones`, but not `one row` or `one of the`. */
function standsForOne(words: readonly Word[], at: number): boolean {
  const key = words[at]?.key
  if (key === 'ones') return true
  const after = words[at + 1]
  return key === 'one' && (after === undefined || after.kind === 'auxiliary' || (after.kind === 'preposition' && after.key !== 'of'))
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0
