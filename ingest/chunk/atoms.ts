import { lines, sentences } from '../../src/core/text/sentences.ts'
import type { BlockKind, Span } from '../../src/core/types.ts'
import type { ParsedBlock } from '../parse/parsed.ts'
import type { PlacedBlock, Section } from './section.ts'

/** What kind of seam stands in front of an atom, strongest first: where a chunk may begin, and how gladly. */
export type Seam = 'section' | 'block' | 'item' | 'line' | 'sentence' | 'word'

/** The smallest piece that chunks are made of: a sentence, a line of code, a row, a heading. No white space at its ends. */
export interface Atom extends Span {
  readonly section: Section
  /** A heading; `section` is the one that it opens. */
  readonly opens: boolean
  readonly seam: Seam
  /** The atom before announces this one ("as follows:"). */
  readonly announced: boolean
  /** Header of the table whose later row this is, or definition of the code whose later line it is; a chunk that begins here carries it in its heading path. */
  readonly tableHeader: string | null
  /** Begins inside a word: its tokens do not add up with those of the atom before, so a chunk must begin here. */
  readonly glued: boolean
}

/** Everything of `text` that is not white space, in order, in atoms. */
export function atomsOf(text: string, blocks: readonly PlacedBlock[]): readonly Atom[] {
  const atoms: Atom[] = []
  for (const { block, section } of blocks) {
    const opens = block.kind === 'heading'
    const body = text.slice(block.span.start, block.span.end)
    const spans = split(block.kind, body)
    const header = block.kind === 'table' ? tableHeader(body, spans) : definition(block)
    for (const [i, span] of spans.entries()) {
      const before = atoms.at(-1)
      const seam = i > 0 ? seamBefore(body, spans[i - 1]?.end ?? 0, span.start) : opens ? 'section' : 'block'
      atoms.push({
        start: block.span.start + span.start,
        end: block.span.start + span.end,
        section,
        opens,
        seam,
        announced: seam === 'block' && before !== undefined && isAnnouncement(text, before, block),
        tableHeader: i > 0 ? header : null,
        glued: false,
      })
    }
  }
  return atoms
}

function split(kind: BlockKind, body: string): readonly Span[] {
  switch (kind) {
    case 'heading':
      return lines(body)
        .slice(0, 1)
        .map(({ start }) => ({ start, end: body.trimEnd().length }))
    case 'code':
      return joinBare(body, lines(body))
    case 'table':
      return joinRule(body, lines(body))
    default:
      return sentences(body)
  }
}

/** Lines without a letter or digit (brackets, fences) say nothing alone: they go with the line before, the first with the one behind. */
function joinBare(body: string, spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = []
  for (const [i, span] of spans.entries()) {
    const last = joined.at(-1)
    const opensFence = i === 1 && last !== undefined && /^\s*(?:`{3,}|~{3,})[^\n]*$/u.test(body.slice(last.start, last.end))
    if (last !== undefined && (opensFence || !/[\p{L}\p{N}]/u.test(body.slice(span.start, span.end)))) {
      joined[joined.length - 1] = { start: last.start, end: span.end }
    } else joined.push(span)
  }
  return joined
}

/** The rule below the header of a table belongs to the header. */
function joinRule(body: string, spans: readonly Span[]): readonly Span[] {
  const [header, rule, ...rows] = spans
  if (header === undefined || rule === undefined || !/^[\s|:-]+$/u.test(body.slice(rule.start, rule.end))) return spans
  return [{ start: header.start, end: rule.end }, ...rows]
}

/** A longer header does not help to read a row. */
const HEADER_CHARACTERS = 160

/** The cells of the header row, or null where they say nothing or too much. */
function tableHeader(body: string, spans: readonly Span[]): string | null {
  const row = body.slice(spans[0]?.start, spans[0]?.end).split('\n')[0] ?? ''
  const cells = row.split(/(?<!\\)\|/u).map((cell) => cell.trim())
  const header = cells.filter((cell) => cell !== '').join(' | ')
  return header === '' || header.length > HEADER_CHARACTERS ? null : header
}

const definition = ({ kind, label }: ParsedBlock): string | null => (kind === 'code' && label !== '' ? label : null)

function seamBefore(body: string, end: number, start: number): Seam {
  const gap = body.slice(end, start)
  if (!gap.includes('\n')) return 'sentence'
  if (gap.indexOf('\n') !== gap.lastIndexOf('\n')) return 'item'
  return /\n ?$/u.test(gap) && /^(?:[-*+]|\d{1,9}[.)])\s/u.test(body.slice(start, start + 12)) ? 'item' : 'line'
}

function isAnnouncement(text: string, before: Atom, block: ParsedBlock): boolean {
  return !before.opens && text[before.end - 1] === ':' && ['list', 'code', 'table', 'quote', 'other'].includes(block.kind)
}
