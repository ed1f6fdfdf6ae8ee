import type { Line } from './layout.ts'

/** Letters that are this much larger than those of the text are those of a heading. */
const LARGER = 1.12

/** Sizes are compared in halves of a point. */
export const roundedSize = (size: number): number => Math.round(size * 2) / 2

/** The size of most characters. */
function bodySize(lines: readonly Line[]): number {
  const characters = new Map<number, number>()
  for (const { size, text } of lines) characters.set(roundedSize(size), (characters.get(roundedSize(size)) ?? 0) + text.length)
  return [...characters].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0
}

/** The smallest size of headings. */
export const headingSize = (lines: readonly Line[]): number => bodySize(lines) * LARGER
