/** The start of a text, at most `most` UTF-16 units: whole words where that leaves at least half of them, and never half a character. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text
  const space = text.lastIndexOf(' ', most)
  if (space >= most / 2) return text.slice(0, space)
  const isInsidePair = /[\uDC00-\uDFFF]/.test(text.charAt(most)) && /[\uD800-\uDBFF]/.test(text.charAt(most - 1))
  return text.slice(0, isInsidePair ? most - 1 : most)
}

/** White space collapsed to single blanks, lone surrogates replaced. */
export const tidyText = (text: string): string => text.toWellFormed().replace(/\s+/g, ' ').trim()
