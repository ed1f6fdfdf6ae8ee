import type { TokenCounter } from '../ports/token-counter.ts'
import type { ItemHead, Template } from '../render/template.ts'
import type { Chunk, Encoding } from '../types.ts'

/**
 * Tokens of one item as rendered, its separator included. Where the body stands unchanged between newlines, its stored sentence
 * counts are used (leading white space included they add up) and only the head is counted; anything else is counted whole.
 */
export function itemTokens(template: Template, head: ItemHead, chunk: Chunk, counter: TokenCounter): number {
  const before = template.itemHead(head)
  const behind = template.itemTail + template.itemSeparator
  const stored = storedTokens(chunk, counter)
  const body = template.escape(chunk.text)
  const isBodyApart = before.endsWith('\n') && behind.startsWith('\n')
  if (stored === null || !isBodyApart || body !== chunk.text) return counter.count(before + body + behind)
  return counter.count(before) + stored + counter.count(behind)
}

/** Sum of the stored counts, or null where the index does not name this encoding. */
function storedTokens(chunk: Chunk, counter: TokenCounter): number | null {
  if (!counter.exact) return null
  const counts = chunk.sentenceTokens[counter.name as Encoding]
  return counts === undefined ? null : counts.reduce((sum, count) => sum + count, 0)
}

/** Tokens that a document takes whatever is shown of it. */
export function documentTokens(template: Template, title: string, counter: TokenCounter): number {
  return counter.count(template.documentHead(title)) + counter.count(template.documentEnd + template.documentSeparator)
}

/** Tokens that the template itself takes as soon as there is one document. */
export function templateTokens(template: Template, counter: TokenCounter): number {
  return counter.count(template.open) + counter.count(template.close)
}
