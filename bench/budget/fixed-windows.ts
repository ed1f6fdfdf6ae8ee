import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { Span } from '../../src/core/types.ts'

/** Consecutive windows of at most `size` tokens, cut at white space; a longer word stands alone. */
export function fixedWindows(text: string, size: number, counter: TokenCounter): readonly Span[] {
  const words = [...text.matchAll(/\s*\S+/g)].map((match) => ({ end: match.index + match[0].length, tokens: counter.count(match[0]) }))
  const windows: Span[] = []
  let start = 0
  for (let first = 0; first < words.length;) {
    let next = first
    for (let sum = 0; next < words.length && (next === first || sum + (words[next]?.tokens ?? 0) <= size); next += 1)
      sum += words[next]?.tokens ?? 0
    const fits = (last: number) => counter.count(text.slice(start, words[last]?.end)) <= size
    // Words counted alone do not quite add up to the count of the whole.
    while (next < words.length && fits(next)) next += 1
    while (next > first + 1 && !fits(next - 1)) next -= 1
    const end = words[next - 1]?.end ?? text.length
    windows.push({ start: start + leadingSpace(text, start), end })
    ;[start, first] = [end, next]
  }
  return windows
}

const leadingSpace = (text: string, from: number): number => /\S/.exec(text.slice(from, from + 10_000))?.index ?? 0
