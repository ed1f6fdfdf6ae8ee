import createMarkdownIt, { type MarkdownIt } from 'markdown-it'
import type { BlockKind, Span } from '../../src/core/types.ts'
import { cutFrontMatter } from './front-matter.ts'
import { headingText } from './heading-text.ts'
import { normaliseLineEndings } from './line-endings.ts'
import type { ParsedBlock, ParsedContent } from './parsed.ts'

/** The stored text is the Markdown as it stands, without front matter: what models read and people wrote. */
export function parseMarkdown(content: string): ParsedContent {
  const { body, metadata } = cutFrontMatter(normaliseLineEndings(content))
  const blocks = markdownBlocks(body)
  const title = typeof metadata['title'] === 'string' ? metadata['title'] : firstTitle(blocks)
  return { text: body, blocks, title, metadata }
}

/** The first heading of level 1, which people use as the title of a page. */
export function firstTitle(blocks: readonly ParsedBlock[]): string | null {
  return blocks.find((block) => block.kind === 'heading' && block.level === 1)?.label ?? null
}

/** A longer one is a paragraph that happens to stand above a line of dashes. */
const HEADING_CHARACTERS = 200

/** The top level of a Markdown text: headings, paragraphs, lists, tables, code, quotes and the rest (HTML, rules, definitions). */
export function markdownBlocks(text: string): readonly ParsedBlock[] {
  const path: { readonly level: number; readonly label: string }[] = []
  return topLevel(text).map(({ type, depth, span }) => {
    const isHeading = type === 'heading' && span.end - span.start <= HEADING_CHARACTERS
    const label = isHeading ? headingText(text.slice(span.start, span.end)) : ''
    const level = label === '' ? 0 : depth
    if (level > 0) while ((path.at(-1)?.level ?? 0) >= level) path.pop()
    const headingPath = path.map((each) => each.label)
    if (level > 0) path.push({ level, label })
    return { kind: type === 'heading' && level === 0 ? 'paragraph' : type, span, level, headingPath, label }
  })
}

interface TopLevel {
  readonly type: BlockKind
  /** 1 to 6 for headings, otherwise 0. */
  readonly depth: number
  readonly span: Span
}

const KINDS: Readonly<Record<string, BlockKind>> = {
  heading_open: 'heading',
  paragraph_open: 'paragraph',
  bullet_list_open: 'list',
  ordered_list_open: 'list',
  table_open: 'table',
  fence: 'code',
  code_block: 'code',
  blockquote_open: 'quote',
}

/** Their first spaces mean something. */
const INDENTED: ReadonlySet<BlockKind> = new Set<BlockKind>(['code', 'other'])

/**
 * CommonMark with tables. What happens inside a line decides nothing about blocks and is left out. Containers deeper than the parser's 20 levels
 * are read as text of the twentieth, so that no nesting is too deep for it.
 */
function createBlockParser(): MarkdownIt {
  const parser = createMarkdownIt('commonmark').enable('table')
  parser.core.ruler.enableOnly(['normalize', 'block'])
  return parser
}

/** The parser tells lines; what it skips between blocks, such as definitions of links, is a block of its own. */
function topLevel(text: string): readonly TopLevel[] {
  const starts = lineStarts(text)
  const blocks: TopLevel[] = []
  const add = (type: BlockKind, depth: number, from: number, to: number): void => {
    const span = trimmed(text, starts[from] ?? text.length, starts[to] ?? text.length, INDENTED.has(type))
    if (span.end > span.start) blocks.push({ type, depth, span })
  }
  let line = 0
  for (const { type, tag, map, level, nesting } of createBlockParser().parse(text, {})) {
    if (level > 0 || map === null || nesting < 0) continue
    const [from, to] = map
    add('other', 0, line, from)
    const kind = KINDS[type] ?? 'other'
    add(kind, kind === 'heading' ? Number(tag.slice(1)) : 0, from, to)
    line = to
  }
  add('other', 0, line, starts.length)
  return blocks
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

/** Without blank lines and spaces around it; with those in front of its first line where `keepsIndent`. */
function trimmed(text: string, start: number, end: number, keepsIndent: boolean): Span {
  const lines = text.slice(start, end)
  const blank = (keepsIndent ? /^(?:[ \t]*\n)*/u : /^\s*/u).exec(lines)?.[0].length ?? 0
  const length = lines.trimEnd().length
  return { start: start + Math.min(blank, length), end: start + length }
}
