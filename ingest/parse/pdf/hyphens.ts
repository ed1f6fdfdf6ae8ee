export interface Hyphens {
  /** A line, ready for the next one to be appended: with a space, or without the hyphen that only its end had put there. */
  open(line: string, next: string): string
}

/** A word before a hyphen at the end, with what hangs on it. */
const HYPHENATED = /([\p{L}\p{N}][\p{L}\p{N}\p{M}-]*)[-\u2010]$/u

/**
 * Joins lines. A hyphen at the end of a line goes where the word behind it begins in lower case, unless the document has the word with its
 * hyphen inside a line and not without (`well-known`), or the word has another hyphen (`state-of-the-` `art`).
 */
export function createHyphens(lines: readonly string[]): Hyphens {
  const words = new Set<string>()
  for (const line of lines) for (const [word] of line.toLowerCase().matchAll(/[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*/gu)) words.add(word)
  return {
    open(line, next) {
      if (line.endsWith('\u00AD')) return line.slice(0, -1)
      const before = HYPHENATED.exec(line.slice(-WORD_CHARACTERS))?.[1]
      const after = /^\p{L}[\p{L}\p{M}]*/u.exec(next)?.[0]
      if (before === undefined || after === undefined) return `${line} `
      if (!/^\p{Ll}/u.test(after) || !/\p{L}$/u.test(before) || before.includes('-')) return line
      const [whole, parted] = [`${before}${after}`.toLowerCase(), `${before}-${after}`.toLowerCase()]
      return words.has(parted) && !words.has(whole) ? line : line.slice(0, -1)
    },
  }
}

/** Longer words are none. */
const WORD_CHARACTERS = 80
