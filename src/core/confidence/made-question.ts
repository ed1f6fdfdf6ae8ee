import { STOP_WORDS } from '../query/stop-words.ts'

/** People say in a few words what a text says in many. */
const WORDS = 5
const WORD = /[\p{L}\p{N}]+(?:[.,'’-][\p{L}\p{N}]+)*/gu
/** A sentence as far as a question needs one. */
const SENTENCE = /[^\n.!?]+/gu
/** UTF-16 units of a text that are looked at for one question. */
const WINDOW = 1500

/**
 * Up to `most` questions that a text answers, as far as they can be made without a language model: each is every second telling word of the longest
 * sentence in a window; the windows stand evenly over the text and do not overlap. Sentences with fewer than four telling words make none.
 */
export function madeQuestions(text: string, most: number): readonly string[] {
  const windows = Math.min(most, Math.max(1, Math.floor(text.length / WINDOW)))
  const made = Array.from({ length: windows }, (_, at) => madeQuestion(text, Math.floor(((at + 0.5) * text.length) / windows - WINDOW / 2)))
  return made.filter((question) => question !== null)
}

function madeQuestion(text: string, from: number): string | null {
  const start = Math.max(0, from)
  const sentences = text.slice(start, start + WINDOW).match(SENTENCE) ?? []
  const longest = sentences.map(tellingWords).reduce((most, one) => (one.length > most.length ? one : most), [])
  const chosen = longest.filter((_, at) => at % 2 === 1).slice(0, WORDS)
  return chosen.length < 2 ? null : chosen.join(' ')
}

function tellingWords(sentence: string): readonly string[] {
  const words = (sentence.match(WORD) ?? []).filter((word) => !STOP_WORDS.has(word.toLowerCase()))
  return [...new Set(words)]
}
