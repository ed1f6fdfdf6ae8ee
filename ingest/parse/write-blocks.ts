import type { BlockKind } from '../../src/core/types.ts'
import type { ParsedBlock } from './parsed.ts'

/** A block before it has a place; not empty, without white space at its ends. */
export interface BlockText {
  readonly kind: Exclude<BlockKind, 'heading'>
  readonly text: string
}

/** Blocks as one text, parted by blank lines. */
export function writeBlocks(blocks: readonly BlockText[]): { readonly text: string; readonly blocks: readonly ParsedBlock[] } {
  let end = -GAP.length
  const placed = blocks.map(({ kind, text }): ParsedBlock => {
    const start = end + GAP.length
    end = start + text.length
    return { kind, span: { start, end }, level: 0, headingPath: [], label: '' }
  })
  return { text: blocks.map(({ text }) => text).join(GAP), blocks: placed }
}

const GAP = '\n\n'
