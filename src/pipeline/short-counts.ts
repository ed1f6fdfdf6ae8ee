import type { TokenCounter } from '../core/ports/token-counter.ts'

/** UTF-16 units of the longest text whose count is kept: citation marks, headings, words at seams. */
const SHORT = 80

/** The same counter for one request, which counts a short text once however often it is asked for: every variant has its heading and its mark. */
export function rememberingShort(counter: TokenCounter): TokenCounter {
  const counts = new Map<string, number>()
  return {
    name: counter.name,
    exact: counter.exact,
    count(text) {
      if (text.length > SHORT) return counter.count(text)
      const known = counts.get(text) ?? counter.count(text)
      counts.set(text, known)
      return known
    },
  }
}
