import { bare } from './identifiers.ts'

/** Words of no use to a full-text search, English and German: dropped only where terms must be chosen. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a about after all also am an and any are as at be because been before but by can cannot could did do does for from get got had has have he ' +
    'her here him his how i if in into is it its just like me more my no not of on or our out she should so some than that the their them then ' +
    'there these they this those to up us was we were what when where which while who why will with would you your please hello hi thanks ' +
    'aber als am an auch auf aus bei bin bis das dass dem den der des die ein eine einen einer es für hat ich ihr im in ist ja kann mein mit nach ' +
    'nicht noch nur oder sehr sich sie sind so über um und uns unser von vor war was wenn wer wie wir wird zu zum zur'
  ).split(' '),
)
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
