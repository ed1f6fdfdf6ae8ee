/**
 * What stands in front of a passage in the text that is embedded and in the text that is searched: the title and the headings above it,
 * so that a passage is found by words that only its headings hold. Not part of the stored text. Ends in a newline; empty without title and headings.
 */
export function passagePrefix(title: string, headingPath: readonly string[]): string {
  const parts = [title, ...headingPath].map((part) => part.trim()).filter((part) => part !== '')
  return parts.length === 0 ? '' : `${parts.join('. ')}.\n`
}
