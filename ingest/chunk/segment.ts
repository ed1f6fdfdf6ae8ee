import { invariant } from '../../src/core/errors.ts'
import type { Atom, Seam } from './atoms.ts'
import type { Prefix, Prefixes } from './prefix.ts'
import { common, holds, type Section } from './section.ts'

export interface SegmentLimits {
  readonly targetTokens: number
  readonly maxTokens: number
  readonly chunkCharacters: number
}

/** The atoms `from` (inclusive) to `to` (exclusive) make one chunk with this prefix. */
export interface Segment {
  readonly from: number
  readonly to: number
  readonly prefix: Prefix
}

/** What it costs to begin a chunk at a seam: structure stays whole while it fits. */
const SEAM_COST: Readonly<Record<Seam, number>> = { section: 0, block: 0.05, item: 0.2, line: 0.3, sentence: 0.4, word: 0.6 }
/** What it costs to part a list, code or table from the line that announces it. */
const ANNOUNCED_COST = 0.25
/** What it costs to have another section begin inside a chunk: one below, beside or above the one that the chunk began in. */
const CROSSING_COST = { below: 0.35, beside: 0.5, above: 0.9 }
/** Share of the cost of a chunk at the maximum against that of an empty one. */
const OVER_TARGET_COST = 0.3
/** A heading without its text: only where the document has nothing else. */
const BARE_HEADING_COST = 20

/**
 * The least costly way to make chunks out of atoms, in order and without gaps, none over the limits. The cost of a chunk is
 * `(1 - tokens / target)²` below the target and grows to .3 at the maximum; to this come the seam at which it begins and the sections that begin
 * inside it. So short sections are merged up to the target, sections of half of it stay apart, and long ones are parted at their best seams.
 * Headings at the beginning of a chunk go into its prefix and not into its text, unless the chunk also holds what does not stand under them.
 *
 * Dynamic programming over the ends, O(atoms × atoms per chunk). `tokens[i]` belongs to `atoms[i]` and fits with any prefix of its section.
 */
export function segment(atoms: readonly Atom[], tokens: readonly number[], prefixes: Prefixes, limits: SegmentLimits): readonly Segment[] {
  const content = firstContents(atoms)
  const best: { cost: number; segment: Segment | null; start: number }[] = [{ cost: 0, segment: null, start: 0 }]
  for (let start = 0; start < atoms.length; start++) {
    const before = best[start]
    invariant(before !== undefined, 'every atom fits into a chunk of its own')
    for (const found of candidates(atoms, tokens, prefixes, limits, start, content[start] ?? start)) {
      const cost = before.cost + found.cost
      const known = best[found.segment.to]
      if (known === undefined || cost < known.cost) best[found.segment.to] = { cost, segment: found.segment, start }
    }
  }
  const segments: Segment[] = []
  for (let end = atoms.length; end > 0;) {
    const last = best[end]
    invariant(last?.segment, 'every document can be made into chunks')
    segments.push(last.segment)
    end = last.start
  }
  return segments.reverse()
}

/** For every atom the first from there that is no heading. */
function firstContents(atoms: readonly Atom[]): readonly number[] {
  const content: number[] = []
  for (let i = atoms.length - 1; i >= 0; i--) content[i] = atoms[i]?.opens === true ? (content[i + 1] ?? i + 1) : i
  return content
}

/** Every chunk that can begin at `start`, shortest first. `content` is the first atom from there that is no heading. */
function* candidates(
  atoms: readonly Atom[],
  tokens: readonly number[],
  prefixes: Prefixes,
  limits: SegmentLimits,
  start: number,
  content: number,
): Generator<{ readonly segment: Segment; readonly cost: number }> {
  const first = atoms[start] as Atom
  const beginning = start === 0 ? 0 : SEAM_COST[first.seam] + (first.announced ? ANNOUNCED_COST : 0)
  let scope: Section | null = null
  let crossings = 0
  let [headings, body] = [0, 0]
  for (let end = start; end < atoms.length; end++) {
    const atom = atoms[end] as Atom
    if (end < content) headings += tokens[end] ?? 0
    else {
      body += tokens[end] ?? 0
      const home = atom.opens ? (atom.section.parent as Section) : atom.section
      scope = scope === null ? home : common(scope, home)
      if (atom.opens) crossings += crossing(atom.section, (atoms[content] as Atom).section)
    }
    const isOver = scope === null ? headings > limits.maxTokens : body > limits.maxTokens || isLong(atoms, content, end, limits)
    if (end > start && (atom.glued || isOver)) return
    const { from, section } = place(atoms, prefixes, start, Math.min(content, end + 1), scope)
    const prefix = prefixes.of(section, from === start ? first.tableHeader : null)
    const size = prefix.tokens + headings - sumOf(tokens, start, from) + body
    if (end > start && (size > limits.maxTokens || isLong(atoms, from, end, limits))) continue
    const bare = (atom.opens && end + 1 < atoms.length) || scope === null ? BARE_HEADING_COST : 0
    yield { segment: { from, to: end + 1, prefix }, cost: beginning + crossings + bare + sizeCost(size, limits) }
  }
}

function isLong(atoms: readonly Atom[], from: number, end: number, { chunkCharacters }: SegmentLimits): boolean {
  return (atoms[end] as Atom).end - (atoms[from] as Atom).start > chunkCharacters
}

function sumOf(tokens: readonly number[], from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += tokens[i] ?? 0
  return sum
}

function sizeCost(size: number, { targetTokens, maxTokens }: SegmentLimits): number {
  const below = Math.max(0, 1 - size / targetTokens)
  const above = Math.max(0, size - targetTokens) / Math.max(1, maxTokens - targetTokens)
  return below * below + OVER_TARGET_COST * above * above
}

function crossing(opened: Section, begun: Section): number {
  const relation = opened.depth > begun.depth ? 'below' : opened.depth === begun.depth ? 'beside' : 'above'
  return CROSSING_COST[relation]
}

/**
 * Where the text of a chunk begins and which section its prefix names, given its leading headings (`start` to `content`) and the innermost section
 * that holds the rest. Headings around all of the chunk are said by the prefix; the first other one and what follows are text.
 */
function place(
  atoms: readonly Atom[],
  prefixes: Prefixes,
  start: number,
  content: number,
  scope: Section | null,
): { readonly from: number; readonly section: Section } {
  let from = start
  if (scope !== null) while (from < content && isSaid((atoms[from] as Atom).section, scope, prefixes)) from++
  let section = scope
  for (let i = from; i < content; i++) {
    const parent = (atoms[i] as Atom).section.parent as Section
    section = section === null ? parent : common(section, parent)
  }
  return { from, section: section as Section }
}

/** Whether the prefix of a chunk in `scope` names this section around it; a path that was too long has lost its outermost. */
function isSaid(section: Section, scope: Section, prefixes: Prefixes): boolean {
  return holds(section, scope) && (section.label === '' || prefixes.of(scope, null).path.includes(section.label))
}
