import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { Span } from '../../src/core/types.ts'

/** How far back is looked for what a split pattern takes together with the beginning of a sentence. */
const REACH = 100

/** Before a line break: punctuation and line breaks (`{\n`, `.\n\n` are one piece to the encodings). */
const MARKS = / ?(?:[^\s\p{L}\p{M}\p{N}]|\n){1,100}$/u
/** Before anything else that is no white space (sentences of Japanese follow each other without any): the word. */
const WORD = / ?\S{1,100}$/u

/**
 * Tokens of each sentence with its leading white space: what it adds behind the sentence before it, so that the counts add up to the count
 * of the text. Where a split pattern sees across the seam, the sentence is counted with what it sees, less what that costs alone.
 */
export function sentenceTokens(text: string, sentences: readonly Span[], counter: TokenCounter): readonly number[] {
  return sentences.map(({ start, end }) => {
    const tail = seenBefore(text, start)
    const tokens = counter.count(tail + text.slice(start, end))
    return tail === '' ? tokens : tokens - counter.count(tail)
  })
}

function seenBefore(text: string, start: number): string {
  const pattern = text[start] === '\n' ? MARKS : /\s/u.test(text[start] ?? ' ') ? null : WORD
  return pattern?.exec(text.slice(Math.max(0, start - REACH), start))?.[0] ?? ''
}
