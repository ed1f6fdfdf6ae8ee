import { STOP_WORDS } from './stop-words.ts'
import { sentencesOf } from './question.ts'

/** One part of what a question asks for: the words that passages about it use. */
export interface Facet {
  readonly text: string
  readonly words: ReadonlySet<string>
}

const MAX_FACETS = 4
/** A longer text is a story and not a question of parts; and the patterns below take quadratic time. */
const MAX_CHARACTERS = 500
const MAX_SIDE_WORDS = 8

/** Ways to set two things side by side; each gives the sides as `a` and `b`. */
const COMPARISONS: readonly RegExp[] = [
  /\b(?:between|among|zwischen)\s+(?<a>.+?)\s+(?:and|or|und|oder)\s+(?<b>[^,;?.]+)/iu,
  /\b(?:compare[ds]?|comparing|contrast|vergleiche?)\s+(?<a>.+?)\s+(?:and|with|to|und|mit)\s+(?<b>[^,;?.]+)/iu,
  /(?<a>[^,;?.]+?)\s+(?:vs\.?|versus|compared (?:to|with)|as opposed to|gegenüber)\s+(?<b>[^,;?.]+)/iu,
  /\b(?:does|do|is|are)\s+(?<a>.+?)\s+(?:differ(?:ent)?\s+from)\s+(?<b>[^,;?.]+)/iu,
  /\b(?:both)\s+(?<a>.+?)\s+and\s+(?<b>[^,;?.]+)/iu,
]

/** A name: words that begin with a capital letter or digit, with small words between them. */
const NAME = /\p{Lu}[\p{L}\p{N}'’.&-]*(?:\s+(?:(?:of|the|de|von|van|la|and the)\s+)*\p{Lu}[\p{L}\p{N}'’.&-]*)*/gu

/**
 * The parts of a question of several parts, at most four, in reading order; none where it asks for one thing. Deterministic, no
 * model: several questions in one message, two sides of a comparison, or several names. What a part says is what its words say.
 */
export function facetsOf(query: string): readonly Facet[] {
  if (query.length > MAX_CHARACTERS) return []
  const questions = sentencesOf(query).filter((sentence) => /[?？]["'”’)]?$/u.test(sentence))
  const candidates = [questions, sidesOf(query), namesOf(query)]
  for (const parts of candidates) {
    const facets = distinct(parts.map(facet))
    if (facets.length > 1) return facets.slice(0, MAX_FACETS)
  }
  return []
}

/** To what degree a text speaks of a facet: the share of the facet's words that stand in it, 0 to 1. */
export function facetDegree(facet: Facet, words: ReadonlySet<string>): number {
  let found = 0
  for (const word of facet.words) if (words.has(word)) found += 1
  return found / facet.words.size
}

/** Words as facets compare them: lower case, plural and possessive endings off, no stop words. */
export function facetWords(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+(?:[.-][\p{L}\p{N}_]+)*/gu) ?? []
  return new Set(words.filter((word) => !STOP_WORDS.has(word)).map(singular))
}

const singular = (word: string): string => (word.length > 3 && /[^s]s$/u.test(word) ? word.slice(0, -1) : word)

function facet(text: string): Facet {
  return { text: text.trim(), words: facetWords(text) }
}

/** Each with a word of its own: two parts of the same words are one. */
function distinct(facets: readonly Facet[]): readonly Facet[] {
  return facets.filter(
    ({ words }, position) =>
      words.size > 0 &&
      facets.every((other, at) => at === position || !isSubset(words, other.words) || (equal(words, other.words) && at > position)),
  )
}

const isSubset = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].every((word) => b.has(word))
const equal = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && isSubset(a, b)

function sidesOf(query: string): readonly string[] {
  for (const pattern of COMPARISONS) {
    const sides = pattern.exec(query)?.groups
    if (sides?.['a'] === undefined || sides['b'] === undefined) continue
    return [lastWords(sides['a']), firstWords(sides['b'])]
  }
  return []
}

const lastWords = (text: string): string => text.trim().split(/\s+/u).slice(-MAX_SIDE_WORDS).join(' ')
const firstWords = (text: string): string => text.trim().split(/\s+/u).slice(0, MAX_SIDE_WORDS).join(' ')

/** Names in a question; its first word is one only where more of the name follows. */
function namesOf(query: string): readonly string[] {
  return sentencesOf(query).flatMap((sentence) =>
    [...sentence.matchAll(NAME)].flatMap(({ 0: name, index }) => {
      const isOpening = index === 0
      const words = name.split(/\s+/u)
      if (!isOpening) return [name]
      const rest = STOP_WORDS.has((words[0] ?? '').toLowerCase()) ? words.slice(1) : words
      return rest.length > 1 || (rest.length === 1 && rest.length < words.length) ? [rest.join(' ')] : []
    }),
  )
}
