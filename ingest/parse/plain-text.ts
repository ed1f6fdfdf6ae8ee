import type { ParsedBlock, ParsedContent } from './parsed.ts'
import { normaliseLineEndings } from './line-endings.ts'

/** Plain text has no structure but its blank lines: every paragraph is a block. */
export function parsePlainText(content: string): ParsedContent {
  const text = normaliseLineEndings(content)
  const blocks: ParsedBlock[] = []
  let start = 0
  for (const gap of text.matchAll(/\n(?:[^\S\n]*\n)+/gu)) {
    push(blocks, text, start, gap.index)
    start = gap.index + gap[0].length
  }
  push(blocks, text, start, text.length)
  return { text, blocks, title: null, metadata: {} }
}

function push(blocks: ParsedBlock[], text: string, start: number, end: number): void {
  if (text.slice(start, end).trim() === '') return
  blocks.push({ kind: 'paragraph', span: { start, end }, level: 0, headingPath: [], label: '' })
}
