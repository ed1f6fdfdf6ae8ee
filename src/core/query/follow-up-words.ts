import { bare, isIdentifier } from './identifiers.ts'

/*
 * Closed classes of words, English and German. A word that is in none of them is `own`: it says something about the topic.
 */
const list = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** May stand in front of what is asked without saying anything. */
export const FILLERS = list('ok okay so well now right thanks great please hm ah yes no ja nein gut danke bitte also nun')
/** Tie a question to the one before. */
export const CONNECTIVES = list('and but or plus then und aber oder dann')
export const PREPOSITIONS = list(
  'for in on at with without from to of by over under after before during between via through per inside outside as against than into within ' +
    'including excluding except für auf aus bei mit ohne nach vor zu von über unter im am zum zur wegen gegen statt außer',
)
export const ARTICLES = list('a an the der die das den dem des ein eine einen einem einer')
export const AUXILIARIES = list(
  "is are was were be been being am do does did has have had can could may might must shall should will would isn't aren't don't doesn't " +
    "can't won't didn't happens happen means ist sind war waren hat haben kann können darf muss müssen soll sollte wird werden gibt",
)
export const QUESTION_WORDS = list(
  'what which who whom whose when where why how was welche welcher welches wer wen wem wann wo warum wie wieviel',
)
const PRONOUNS = list(
  'i you we he she me us him her my your our his hers mine yours it its they them their theirs this that these those one ones none both others other another ' +
    'either neither such there here same ich du wir ihr mein dein unser sein es sie davon dafür damit dort dies diese dieser dieses',
)
const ADVERBS = list(
  'if whether because while until unless not just only also too even still already yet again later else ever never instead otherwise afterwards ' +
    'then so very more most less least much many few several all any some every each about like up out off down nicht nur noch auch schon wieder wenn ob mehr',
)
/** Say what is wanted and nothing about what it is wanted of. */
const GENERIC = list(
  'long large big small fast slow often high old new first last next previous second twice once two three work works use used using make makes get gets need needs ' +
    'needed take takes cost costs change changes turn set find see say says tell show shows give explain mean happened possible allowed default limit maximum minimum ' +
    'value example examples detail details way thing things reason difference kind sort rid care lang groß klein schnell geht funktioniert brauche beispiel',
)

export type WordKind = 'own' | 'identifier' | 'number' | 'generic' | 'article' | 'preposition' | 'auxiliary' | 'question' | 'other'

export interface Word {
  /** As written, without the punctuation around it. */
  readonly text: string
  readonly key: string
  readonly kind: WordKind
  /** Where it begins in the question. */
  readonly start: number
  /** A comma or the end of a sentence stands behind it. */
  readonly ends: boolean
}

/** The words of a question in reading order. */
export function wordsOf(text: string): Word[] {
  return [...text.matchAll(/\S+/g)]
    .map(({ 0: token, index: start }) => {
      const word = isIdentifier(token) ? token : bare(token)
      const key = word.toLowerCase().replaceAll('’', "'")
      return { text: word, key, kind: kindOf(word, key), start, ends: /[,.;:!?]["'”’)]?$/.test(token) }
    })
    .filter(({ key }) => key !== '' && !/^[\p{P}\p{S}]+$/u.test(key))
}

function kindOf(word: string, key: string): WordKind {
  if (/^\d+(?:[.,]\d+)*$/.test(key)) return 'number'
  if (QUESTION_WORDS.has(key)) return 'question'
  if (ARTICLES.has(key)) return 'article'
  if (PREPOSITIONS.has(key)) return 'preposition'
  if (AUXILIARIES.has(key)) return 'auxiliary'
  if (PRONOUNS.has(key) || ADVERBS.has(key) || CONNECTIVES.has(key) || FILLERS.has(key)) return 'other'
  if (GENERIC.has(key)) return 'generic'
  return isIdentifier(word) ? 'identifier' : 'own'
}

/** Whether a word says something about the topic. */
export const isTelling = ({ kind }: Word): boolean => kind === 'own' || kind === 'identifier' || kind === 'number'
