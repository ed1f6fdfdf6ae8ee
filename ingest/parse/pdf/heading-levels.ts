import type { Line } from './layout.ts'
import { outlineKey, type Outline } from './outline.ts'

/** Letters that are this much larger than those of the text are those of a heading. */
const LARGER = 1.12
/** A heading is no longer. */
const LINES = 3
const CHARACTERS = 200
const DEEPEST = 6

/**
 * The level of a paragraph: 0, or 1 to 6 where it is a heading. It is one by the size of its letters, larger ones being higher, or because the
 * outline has its words, below those that are larger.
 */
export function headingLevels(lines: readonly Line[], outline: Outline): (paragraph: readonly Line[]) => number {
  const characters = new Map<number, number>()
  for (const { size, text } of lines) characters.set(round(size), (characters.get(round(size)) ?? 0) + text.length)
  const body = [...characters].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0
  const larger = [...characters.keys()].filter((size) => size >= body * LARGER).toSorted((a, b) => b - a)
  return (paragraph) => {
    const text = paragraph.map((line) => line.text).join(' ')
    if (paragraph.length > LINES || text.length > CHARACTERS || !/\p{L}{2}/u.test(text)) return 0
    const rank = larger.indexOf(Math.max(...paragraph.map(({ size }) => round(size))))
    if (rank >= 0 && !/[.,;]$/u.test(text)) return Math.min(DEEPEST, rank + 1)
    const depth = outline.get(outlineKey(text))
    return depth === undefined ? 0 : Math.min(DEEPEST, larger.length + depth + 1)
  }
}

const round = (size: number): number => Math.round(size * 2) / 2
