import type { Chunk } from '../types.ts'

/**
 * What stands in front of a passage in the text that is embedded and in the text that is searched: the title and the headings above it,
 * so that a passage is found by words that only its headings hold. Not part of the stored text. Ends in a newline; empty without title and headings.
 */
export function passagePrefix(title: string, headingPath: readonly string[]): string {
  const parts = [title, ...headingPath].map((part) => part.trim()).filter((part) => part !== '')
  return parts.length === 0 ? '' : `${parts.join('. ')}.\n`
}

/** What stands in front of this chunk. In front of boilerplate stands nothing: its text is the same in every document. */
export function prefixOf({ title, headingPath, boilerplate }: Pick<Chunk, 'title' | 'headingPath' | 'boilerplate'>): string {
  return boilerplate === true ? '' : passagePrefix(title, headingPath)
}
