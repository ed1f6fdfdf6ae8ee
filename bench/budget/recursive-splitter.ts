import type { Span } from '../../src/core/types.ts'

/** Paragraphs, lines, words, characters: the default separators of LangChain's RecursiveCharacterTextSplitter. */
const SEPARATORS = ['\n\n', '\n', ' ', ''] as const

export interface SplitterSettings {
  /** Characters. */
  readonly size: number
  readonly overlap: number
}

/**
 * Splits as the documentation of LangChain's RecursiveCharacterTextSplitter says: at the first separator that the text has, with what is
 * still too long split at the next one, and neighbouring parts merged up to `size` characters, each chunk beginning with up to `overlap`
 * characters of the one before. White space at the ends of chunks is taken off.
 */
export const recursiveSplits = (text: string, settings: SplitterSettings): readonly Span[] =>
  split(text, { start: 0, end: text.length }, 0, settings).flatMap((span) => trimmed(text, span))

function split(text: string, whole: Span, level: number, settings: SplitterSettings): readonly Span[] {
  const found = SEPARATORS.findIndex((separator, index) => index >= level && text.slice(whole.start, whole.end).includes(separator))
  const chunks: Span[] = []
  let short: Span[] = []
  const flush = () => {
    chunks.push(...merge(short, settings))
    short = []
  }
  for (const part of partsOf(text, whole, SEPARATORS[found] ?? '')) {
    if (part.end - part.start < settings.size) {
      short.push(part)
      continue
    }
    flush()
    if (found + 1 < SEPARATORS.length) chunks.push(...split(text, part, found + 1, settings))
    else chunks.push(part)
  }
  flush()
  return chunks
}

/** Parts that lie end to end; each but the first begins with the separator. */
function partsOf(text: string, { start, end }: Span, separator: string): readonly Span[] {
  const parts: Span[] = []
  let from = start
  while (from < end) {
    const next = separator === '' ? from + 1 : text.indexOf(separator, from + separator.length)
    const to = next < 0 || next > end ? end : next
    parts.push({ start: from, end: to })
    from = to
  }
  return parts
}

function merge(parts: readonly Span[], { size, overlap }: SplitterSettings): readonly Span[] {
  const chunks: Span[] = []
  let first = 0
  for (const [index, part] of parts.entries()) {
    const from = (at: number) => parts[at]?.start ?? part.start
    if (part.end - from(first) > size && first < index) {
      chunks.push({ start: from(first), end: part.start })
      while (first < index && (part.start - from(first) > overlap || part.end - from(first) > size)) first += 1
    }
  }
  const last = parts.at(-1)
  if (last !== undefined) chunks.push({ start: parts[first]?.start ?? last.start, end: last.end })
  return chunks
}

function trimmed(text: string, { start, end }: Span): readonly Span[] {
  const piece = text.slice(start, end)
  const body = piece.trim()
  if (body === '') return []
  const from = start + piece.length - piece.trimStart().length
  return [{ start: from, end: from + body.length }]
}
