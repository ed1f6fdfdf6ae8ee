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

/** Title and heading path as one line, without saying the same twice. */
export function headLine(title: string, heading: string): string {
  return [title, heading]
    .filter((part) => part !== '')
    .map(oneLine)
    .join(' › ')
}
