import type { TokenCounter } from '../ports/token-counter.ts'
import type { Chunk, Encoding, Span } from '../types.ts'
import type { Part } from './passage.ts'
import { pieceTokens, RunTokens, tokensBehind, type TextPiece } from './run-tokens.ts'

/** A unit before it is valued. */
export interface UnitText {
  readonly span: Span
  readonly lead: number
  readonly tokens: number
  /** As it stands in the document, leading white space included. */
  readonly text: string
}

/** The text of a passage: a candidate chunk and the chunks around it that nothing but white space parts from it, in reading order. */
export interface PassageText {
  readonly chunk: Chunk
  readonly parts: readonly (Part & { readonly headingPath: readonly string[] })[]
  readonly units: readonly UnitText[]
  readonly runs: RunTokens
  readonly counter: TokenCounter
}

export interface Counting {
  readonly counter: TokenCounter
  /** Text made harmless for the template; must give the same piece by piece. */
  escape(text: string): string
}

/**
 * The units of `chunk` and of its neighbours. `before` and `after` are consecutive chunks in reading order, the nearest last and first; they count as far as
 * only white space stands between. Token counts are the stored ones where the index has this encoding and the template leaves the text as it is.
 */
export function passageText(chunk: Chunk, before: readonly Chunk[], after: readonly Chunk[], counting: Counting): PassageText {
  const all = [...before, chunk, ...after]
  const own = before.length
  const first = all.findLastIndex(({ gap }, at) => at <= own && (gap === null || at === 0))
  const end = all.findIndex(({ gap }, at) => at > own && gap === null)

  const parts: (Part & { readonly headingPath: readonly string[] })[] = []
  const units: UnitText[] = []
  const pieces: TextPiece[] = []
  let shownBefore = ''
  for (const each of all.slice(first, end < 0 ? all.length : end)) {
    const gap = parts.length === 0 ? '' : (each.gap ?? '')
    const texts = each.sentences.map(({ start, end }, at) => (at === 0 ? gap : '') + each.text.slice(start, end))
    const isPlain = counting.escape(gap + each.text) === gap + each.text
    const shown = texts.map((text) => (isPlain ? { text, lead: leadOf(text) } : escaped(text, counting)))
    const tokens =
      (isPlain ? storedTokens(each, gap, shown, shownBefore, counting) : null) ?? pieceTokens(shown, counting.counter, shownBefore)
    parts.push({ chunk: each.id, headingPath: each.headingPath, from: units.length, to: units.length + texts.length })
    each.sentences.forEach(({ start, end }, at) => {
      const text = texts[at] ?? ''
      const span = { start: each.span.start + start - (at === 0 ? gap.length : 0), end: each.span.start + end }
      units.push({ span, lead: leadOf(text), tokens: tokens[at] ?? 0, text })
    })
    pieces.push(...shown)
    shownBefore = shown.map(({ text }) => text).join('')
  }
  const tokens = units.map((unit) => unit.tokens)
  return { chunk, parts, units, runs: new RunTokens(pieces, tokens, counting.counter), counter: counting.counter }
}

const leadOf = (text: string): number => text.length - text.trimStart().length

function escaped(text: string, counting: Counting): TextPiece {
  return { text: counting.escape(text), lead: counting.escape(text.slice(0, leadOf(text))).length }
}

/** Null where the index does not store this encoding. Counts are stored as if nothing stood before the chunk. */
function storedTokens(
  chunk: Chunk,
  gap: string,
  [first]: readonly TextPiece[],
  before: string,
  { counter }: Counting,
): readonly number[] | null {
  const stored = counter.exact ? chunk.sentenceTokens[counter.name as Encoding] : undefined
  if (stored === undefined || first === undefined) return null
  return gap === '' ? stored : stored.with(0, tokensBehind(before, first.text, counter))
}
