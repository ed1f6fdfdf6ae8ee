import type { BlockKind } from '../../../src/core/types.ts'
import { headingLevels } from './heading-levels.ts'
import type { Line } from './layout.ts'
import type { Outline } from './outline.ts'
import { paragraphsOf } from './paragraphs.ts'
import { tablesOf } from './tables.ts'
import { isListItem } from './list-item.ts'

/** A piece of a line as it is written, with the page that it stands on. */
export interface Piece {
  readonly text: string
  readonly page: number
}

export interface PdfBlock {
  readonly kind: BlockKind
  /** 1 to 6 for headings, otherwise 0. */
  readonly level: number
  /** Lines of the source for text that flows; written lines for tables. */
  readonly pieces: readonly Piece[]
}

/** Tables first, then paragraphs and list items out of the lines between them, then headings out of those. */
export function blocksOfLines(lines: readonly Line[], outline: Outline): readonly PdfBlock[] {
  const levelOf = headingLevels(lines, outline)
  return tablesOf(lines).flatMap((part): readonly PdfBlock[] => {
    if (part.kind === 'table') return [{ kind: 'table', level: 0, pieces: part.rows }]
    return paragraphsOf(part.lines).map((paragraph): PdfBlock => {
      const pieces = paragraph.map(({ text, page }) => ({ text, page }))
      const level = levelOf(paragraph)
      if (level > 0) return { kind: 'heading', level, pieces }
      return { kind: isListItem(paragraph[0]?.text ?? '') ? 'list' : 'paragraph', level: 0, pieces }
    })
  })
}
