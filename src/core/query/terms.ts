import { bare } from './identifiers.ts'
import { STOP_WORDS } from './stop-words.ts'

/** Longer words are not more telling. */
const TELLING_CHARACTERS = 12

export interface TermBounds {
  readonly terms: number
  readonly characters: number
}

/** Text by how much it says about the need: all identifiers and what is asked come before anything from `rest`. */
export interface TermSources {
  readonly identifiers: readonly string[]
  readonly asked: string
  readonly rest: string
}

/**
 * The terms of a full-text query, each once whatever its case: identifiers whole, then the words that are asked, then the
 * longest words of the rest (long words are rare words; equals in reading order), no stop words. What would pass
 * a bound is left out; an identifier is worth as many terms as it has words.
 */
export function chooseTerms({ identifiers, asked, rest }: TermSources, bounds: TermBounds): string {
  const chosen: string[] = []
  const seen = new Set<string>()
  let terms = 0
  let characters = 0
  const take = (term: string): void => {
    const key = term.toLowerCase()
    const size = term.split(' ').length
    const length = term.length + (chosen.length === 0 ? 0 : 1)
    if (seen.has(key) || terms + size > bounds.terms || characters + length > bounds.characters) return
    for (const word of [key, ...key.split(' ')]) seen.add(word)
    chosen.push(term)
    terms += size
    characters += length
  }
  identifiers.forEach(take)
  tellingWords(asked).forEach(take)
  tellingWords(rest).sort(byLength).forEach(take)
  return chosen.join(' ')
}

/** Stable: `Array.prototype.sort` keeps equals in reading order. */
const byLength = (a: string, b: string): number => Math.min(b.length, TELLING_CHARACTERS) - Math.min(a.length, TELLING_CHARACTERS)

const tellingWords = (text: string): string[] =>
  text
    .split(' ')
    .map(bare)
    .filter((word) => word !== '' && !STOP_WORDS.has(word.toLowerCase()))
