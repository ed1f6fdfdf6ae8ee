import type { TokenCounter } from '../ports/token-counter.ts'
import type { Template } from '../render/template.ts'

/** Tokens that a document takes whatever is shown of it. */
export function documentTokens(template: Template, title: string, counter: TokenCounter): number {
  return counter.count(template.documentHead(title)) + counter.count(template.documentEnd + template.documentSeparator)
}

/** Tokens that the template itself takes as soon as there is one document. */
export function templateTokens(template: Template, counter: TokenCounter): number {
  return counter.count(template.open) + counter.count(template.close)
}
