import type { Answer } from '../../src/core/answer.ts'
import type { DocumentId } from '../../src/core/ids.ts'
import type { TokenCounter } from '../../src/core/ports/token-counter.ts'
import type { BaselineChunk } from './chunk-corpus.ts'
import type { Piece } from './piece.ts'

/** What a system put into a context. */
export interface Packed {
  /** What was paid: as rendered for Ration, bodies alone for baselines. */
  readonly tokens: number
  /** Bodies, in the order of the context. */
  readonly bodies: readonly string[]
  /** What the bodies are, and where the same text stands elsewhere. */
  readonly pieces: readonly Piece[]
  /** The text that answers are looked for in: citation marks are taken out of it, since `[35]` is no answer. */
  readonly text: string
}

/** Whole chunks from the best on, until one does not fit. */
export function packWhole(ranked: readonly BaselineChunk[], budget: number, texts: ReadonlyMap<DocumentId, string>): Packed {
  let taken = 0
  let tokens = 0
  for (const chunk of ranked) {
    if (tokens + chunk.tokens > budget) break
    tokens += chunk.tokens
    taken += 1
  }
  return packedOf(ranked.slice(0, taken), texts)
}

export function packedOf(chunks: readonly BaselineChunk[], texts: ReadonlyMap<DocumentId, string>): Packed {
  const bodies = chunks.map(({ doc, start, end }) => (texts.get(doc) ?? '').slice(start, end))
  const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0)
  return { tokens, bodies, pieces: chunks.flatMap((chunk) => [chunk, ...chunk.twins]), text: bodies.join('\n') }
}

/** An answer of Ration. Another place counts where the text there is the same, not where it is only similar. */
export function packedAnswer(answer: Answer, texts: ReadonlyMap<DocumentId, string>): Packed {
  const textAt = ({ doc, start, end }: Piece) => (texts.get(doc) ?? '').slice(start, end)
  const items = answer.items.map(({ doc, span, also }) => ({
    own: { doc, ...span },
    also: also.map((place) => ({ doc: place.doc, ...place.span })),
  }))
  const bodies = items.map(({ own }) => textAt(own))
  const pieces = items.flatMap(({ own, also }, order) => [own, ...also.filter((place) => textAt(place) === bodies[order])])
  const text = answer.items.reduce((context, { citation }) => context.replaceAll(citation, ' '), answer.context)
  return { tokens: answer.usage.contextTokens, bodies, pieces, text }
}

/** Tokens of a text, by a counter that remembers: the same sentences come back at every budget. */
export function rememberingCounter(counter: TokenCounter): (text: string) => number {
  const known = new Map<string, number>()
  return (text) => {
    const count = known.get(text) ?? counter.count(text)
    known.set(text, count)
    return count
  }
}
