import { firstTitle } from '../markdown.ts'
import type { ParsedBlock, ParsedContent } from '../parsed.ts'
import type { PdfBlock } from './blocks.ts'
import { createHyphens, type Hyphens } from './hyphens.ts'
import { withPlainBullet } from './list-item.ts'

/** Blocks as one text, headings marked as in Markdown, with the offset at which each page begins. */
export function writeText(blocks: readonly PdfBlock[], pages: number): ParsedContent & { readonly pageStarts: readonly number[] } {
  const hyphens = createHyphens(blocks.flatMap(({ pieces }) => pieces.map(({ text }) => text)))
  const parsed: ParsedBlock[] = []
  const starts: number[] = []
  const path: { readonly level: number; readonly label: string }[] = []
  let text = ''
  for (const [at, block] of blocks.entries()) {
    text += at === 0 ? '' : block.kind === 'list' && blocks[at - 1]?.kind === 'list' ? '\n' : '\n\n'
    const start = text.length
    const written = writeBlock(block, hyphens)
    for (const { page, offset } of written.pages) while (starts.length <= page) starts.push(start + offset)
    text += written.text
    const { kind, level } = block
    const label = kind === 'heading' ? written.text.replace(/^#+ /u, '') : ''
    if (level > 0) while ((path.at(-1)?.level ?? 0) >= level) path.pop()
    parsed.push({ kind, span: { start, end: text.length }, level, headingPath: path.map((each) => each.label), label })
    if (level > 0) path.push({ level, label })
  }
  while (starts.length < pages) starts.push(text.length)
  const joined = joinLists(parsed)
  return { text, blocks: joined, title: firstTitle(joined), metadata: {}, pageStarts: starts }
}

interface Written {
  readonly text: string
  /** Where the lines of each page begin in it. */
  readonly pages: readonly { readonly page: number; readonly offset: number }[]
}

function writeBlock({ kind, level, pieces }: PdfBlock, hyphens: Hyphens): Written {
  const pages: { readonly page: number; readonly offset: number }[] = []
  const mark = level > 0 ? `${'#'.repeat(level)} ` : ''
  const written: string[] = [mark]
  let length = mark.length
  for (const [at, { page, text }] of pieces.entries()) {
    if (pages.at(-1)?.page !== page) pages.push({ page, offset: at === 0 ? 0 : length })
    // Elsewhere than at the end of a line they show where a word could be parted, and nothing else.
    const whole = text.replace(/\u00AD(?!$)/gu, '')
    const line = at === 0 && kind === 'list' ? withPlainBullet(whole) : whole
    const next = pieces[at + 1]?.text
    const piece = next === undefined ? line.replace(/\u00AD$/u, '') : kind === 'table' ? `${line}\n` : hyphens.open(line, next)
    written.push(piece)
    length += piece.length
  }
  return { text: written.join(''), pages }
}

/** Items that follow each other are one list. */
function joinLists(blocks: readonly ParsedBlock[]): readonly ParsedBlock[] {
  const joined: ParsedBlock[] = []
  for (const block of blocks) {
    const last = joined.at(-1)
    if (last?.kind === 'list' && block.kind === 'list') {
      joined[joined.length - 1] = { ...last, span: { start: last.span.start, end: block.span.end } }
    } else joined.push(block)
  }
  return joined
}
