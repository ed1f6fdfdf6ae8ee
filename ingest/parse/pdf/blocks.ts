import type { BlockKind } from '../../../src/core/types.ts'
import { headingLevels } from './heading-levels.ts'
import type { Line, Piece } from './layout.ts'
import { isListItem } from './list-item.ts'
import type { Outline } from './outline.ts'
import { paragraphsOf, usualOf } from './paragraphs.ts'
import { tablesOf, type Part } from './tables.ts'

export interface PdfBlock {
  readonly kind: BlockKind
  /** 1 to 6 for headings, otherwise 0. */
  readonly level: number
  /** Lines of the source for text that flows; written lines for tables. */
  readonly pieces: readonly Piece[]
}

/** Tables first, then paragraphs and list items out of the lines between them, then headings out of those. */
export function blocksOfLines(lines: readonly Line[], outline: Outline): readonly PdfBlock[] {
  const found = tablesOf(lines)
  const usual = usualOf(found.flatMap((part) => (part.kind === 'table' ? [] : part.lines)))
  const parts: readonly Part[] = found.flatMap((part): readonly Part[] =>
    part.kind === 'table' ? [part] : paragraphsOf(part.lines, usual).map((each) => ({ kind: 'text', lines: each })),
  )
  const levels = headingLevels(
    parts.map((part) => (part.kind === 'table' ? [] : part.lines)),
    outline,
  )
  return parts.map((part, at): PdfBlock => {
    if (part.kind === 'table') return { kind: 'table', level: 0, pieces: part.rows }
    const pieces = part.lines.map(({ text, page }) => ({ text, page }))
    const level = levels[at] ?? 0
    if (level > 0) return { kind: 'heading', level, pieces }
    return { kind: isListItem(part.lines[0]?.text ?? '') ? 'list' : 'paragraph', level: 0, pieces }
  })
}
