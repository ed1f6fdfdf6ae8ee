import type { Span } from '../types.ts'

/** Where `passage` stands in `text`, first exactly, then with any white space between its words (line breaks move in documents); null where it does not. */
export function locate(text: string, passage: string): Span | null {
  const start = text.indexOf(passage)
  if (start !== -1) return { start, end: start + passage.length }
  const words = passage.trim().split(/\s+/)
  const match = new RegExp(words.map((word) => RegExp.escape(word)).join('\\s+')).exec(text)
  return match === null ? null : { start: match.index, end: match.index + match[0].length }
}
