/** A line that begins like the head of a passage: an optional heading or quote mark, then a number in brackets. */
const CITATION_LINE = /^([ \t>]*(?:#{1,6}[ \t]*)?)\[(?=\d+\])/gmu

/** Puts a backslash before whatever would read as a citation mark at the start of a line. */
export function escapeCitations(text: string): string {
  return text.replace(CITATION_LINE, '$1\\[')
}

const FENCE = /^[ \t]{0,3}(`{3,}|~{3,})(.*)$/gmu

/** Closes a code fence that a passage opens and does not close (large code is cut at blank lines), so that what follows stays outside of it. */
export function closeFences(text: string): string {
  let open: string | null = null
  for (const [, fence = '', rest = ''] of text.matchAll(FENCE)) {
    // Backticks behind backticks are code inside a line, not the beginning of a block.
    if (open === null) open = fence.startsWith('`') && rest.includes('`') ? null : fence
    else if (fence.startsWith(open) && rest.trim() === '') open = null
  }
  return open === null ? text : `${text}\n${open}`
}

const XML_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export function escapeXml(text: string): string {
  return text.replace(/[&<>]/gu, (character) => XML_ENTITIES[character] ?? character)
}

export function escapeXmlAttribute(text: string): string {
  return text.replace(/[&<>"]/gu, (character) => XML_ENTITIES[character] ?? character)
}
