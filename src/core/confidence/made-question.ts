import { STOP_WORDS } from '../query/stop-words.ts'

/** People say in a few words what a text says in many. */
const WORDS = 5
const WORD = /[\p{L}\p{N}]+(?:[.,'’-][\p{L}\p{N}]+)*/gu
/** A sentence as far as a question needs one. */
const SENTENCE = /[^\n.!?]+/gu
/** UTF-16 units in the middle of a text that are looked at. */
const WINDOW = 1500

/**
 * A question that a text answers, as far as one can be made without a language model: every second telling word of the longest sentence in its middle. Null
 * where that has fewer than two.
 */
export function madeQuestion(text: string): string | null {
  const start = Math.max(0, Math.floor((text.length - WINDOW) / 2))
  const sentences = text.slice(start, start + WINDOW).match(SENTENCE) ?? []
  const longest = sentences.map(tellingWords).reduce((most, one) => (one.length > most.length ? one : most), [])
  const chosen = longest.filter((_, at) => at % 2 === 1).slice(0, WORDS)
  return chosen.length < 2 ? null : chosen.join(' ')
}

function tellingWords(sentence: string): readonly string[] {
  const words = (sentence.match(WORD) ?? []).filter((word) => !STOP_WORDS.has(word.toLowerCase()))
  return [...new Set(words)]
}
