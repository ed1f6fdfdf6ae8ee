import type { TokenCounter } from '../ports/token-counter.ts'
import { renderPassage, type Passage, type Template } from '../render/template.ts'
import type { Chunk, Encoding } from '../types.ts'

/**
 * Tokens of one passage as rendered, its separator included. Where the body stands unchanged between newlines, its stored sentence
 * counts are used (leading white space included they add up) and only the head is counted; anything else is counted whole.
 */
export function passageTokens(template: Template, passage: Passage, chunk: Chunk, counter: TokenCounter): number {
  const head = template.head(passage)
  const tail = template.tail + template.separator
  const stored = storedTokens(chunk, counter)
  const isBodyApart = head.endsWith('\n') && tail.startsWith('\n')
  if (stored === null || !isBodyApart || template.escape(passage.text) !== chunk.text) {
    return counter.count(renderPassage(template, passage) + template.separator)
  }
  return counter.count(head) + stored + counter.count(tail)
}

/** Sum of the stored counts, or null where the index does not name this encoding. */
function storedTokens(chunk: Chunk, counter: TokenCounter): number | null {
  if (!counter.exact) return null
  const counts = chunk.sentenceTokens[counter.name as Encoding]
  return counts === undefined ? null : counts.reduce((sum, count) => sum + count, 0)
}

/** Tokens that the template itself takes as soon as there is one passage. */
export function templateTokens(template: Template, counter: TokenCounter): number {
  return counter.count(template.open) + counter.count(template.close)
}
