import { STOP_WORDS } from '../query/stop-words.ts'

const WORD = /[\p{L}\p{N}]+(?:[.,]\p{N}+)*/gu
/**
 * Words are compared by so many of their first letters, which stands in for a stemmer in every language that inflects at the end. On
 * chunking_eval Porter's stemmer, a light one, and none at all were within .003 of it.
 */
const STEM_LETTERS = 6

/** Words of a text in reading order, repeats included, as evidence compares them; `8,061` and `4.2` are one word. */
export const wordsOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(WORD) ?? []).map((word) => word.slice(0, STEM_LETTERS))

/** The distinct telling words of a question; all of its words where it has nothing but stop words. */
export function queryTerms(query: string): readonly string[] {
  const words = query.toLowerCase().match(WORD) ?? []
  const telling = words.filter((word) => !STOP_WORDS.has(word))
  return [...new Set((telling.length > 0 ? telling : words).map((word) => word.slice(0, STEM_LETTERS)))]
}
