import { escapeCitations } from './escape.ts'

/** Longest title, heading path or address in a passage's head, in UTF-16 units; what a document calls itself must not eat the budget. */
export const HEAD_CHARACTERS = 200

// Control characters and the two Unicode line separators would break out of the single line that a head promises.
const BREAKS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/gu

/** Text that came from a document, made fit for one line of a head. */
export function oneLine(text: string): string {
  const line = text.replace(BREAKS, ' ').trim()
  if (line.length <= HEAD_CHARACTERS) return line
  const cut = line.slice(0, HEAD_CHARACTERS - 1)
  const isSplitPair = /[\ud800-\udbff]$/u.test(cut)
  return `${isSplitPair ? cut.slice(0, -1) : cut}…`
}

/** The line above a document. An untitled one gets a rule, or its items would seem to belong to the document before. */
export function titleLine(title: string, mark: string): string {
  const line = oneLine(title)
  return line === '' ? '---\n' : `${escapeCitations(mark + line)}\n`
}
