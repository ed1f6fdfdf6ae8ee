import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { Span } from '../../src/core/types.ts'

/** How far back punctuation is followed. */
const REACH = 100

/** Punctuation and line breaks at the end of a text, which the encodings take together with a line break that follows. */
const LAST_MARKS = / ?(?:[^\s\p{L}\p{M}\p{N}]|\n){1,100}$/u

/**
 * Tokens of each sentence with its leading white space: what it adds behind the sentence before it, so that the counts add up to the count
 * of the text. Split patterns see across one seam only: punctuation and a line break behind it are one piece (`{\n`, `.\n\n`).
 */
export function sentenceTokens(text: string, sentences: readonly Span[], counter: TokenCounter): readonly number[] {
  return sentences.map(({ start, end }) => {
    const marks = text[start] === '\n' ? (LAST_MARKS.exec(text.slice(Math.max(0, start - REACH), start))?.[0] ?? '') : ''
    const tokens = counter.count(marks + text.slice(start, end))
    return marks === '' ? tokens : tokens - counter.count(marks)
  })
}
