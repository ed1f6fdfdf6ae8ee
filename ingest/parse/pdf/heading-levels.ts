import { headingSize, roundedSize } from './body-size.ts'
import type { Line } from './layout.ts'
import { outlineKey, type Outline } from './outline.ts'

/** A heading is no longer. */
const LINES = 3
const CHARACTERS = 200
const DEEPEST = 6

/**
 * The level of each paragraph: 0, or 1 to 6 where it is a heading. It is one by the size of its letters, larger ones being higher, or because the
 * outline has its words, below those that are larger.
 */
export function headingLevels(paragraphs: readonly (readonly Line[])[], outline: Outline): readonly number[] {
  const least = headingSize(paragraphs.flat())
  const sizes = paragraphs.map((lines) => (mayHead(lines) ? Math.max(...lines.map(({ size }) => roundedSize(size))) : 0))
  const larger = [...new Set(sizes.filter((size) => size > 0 && size >= least))].toSorted((a, b) => b - a)
  return paragraphs.map((lines, at) => {
    const rank = larger.indexOf(sizes[at] ?? 0)
    if (rank >= 0) return Math.min(DEEPEST, rank + 1)
    const depth = sizes[at] === 0 ? undefined : outline.get(outlineKey(textOf(lines)))
    return depth === undefined ? 0 : Math.min(DEEPEST, larger.length + depth + 1)
  })
}

function mayHead(lines: readonly Line[]): boolean {
  const text = textOf(lines)
  return lines.length <= LINES && text.length <= CHARACTERS && /\p{L}{2}/u.test(text) && !/[.,;]$/u.test(text)
}

const textOf = (lines: readonly Line[]): string => lines.map(({ text }) => text).join(' ')
