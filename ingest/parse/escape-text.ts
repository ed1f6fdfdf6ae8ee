/** Each with what takes its place: inside a text, and at its beginning, where a line may begin. */
const ESCAPES: readonly (readonly [RegExp, string])[] = [
  [/\\(?=[!-/:-@[-`{-~])/gu, '\\\\'],
  [/[*`]/gu, '\\$&'],
  [/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_'],
  [/\](?=\()/gu, '\\]'],
  [/^(?:[-+](?=\s|$)|[-=]+\s*$|#{1,6}(?=\s)|>|~~~|\[(?=[^\]]{1,999}\]:))/u, '\\$&'],
  [/^(\d+)(?=[.)]\s)/u, '$1\\'],
]

/**
 * Text as Markdown. A backslash stands only before what Markdown would take for a mark of its own: any other is paid for in every answer, and `max\_tokens`
 * is copied as it stands.
 */
export const escapeText = (text: string): string => ESCAPES.reduce((escaped, [mark, by]) => escaped.replace(mark, by), text)
