import type { UnitRange } from '../ports/session-store.ts'
import type { Chunk } from '../types.ts'

/** The runs of a chunk's sentences that were not sent, in reading order; `sent` is sorted and disjoint. */
export function unsentRuns(sentences: number, sent: readonly UnitRange[]): readonly UnitRange[] {
  const ends = [...sent, { from: sentences, to: sentences }]
  return ends.map(({ from }, at) => ({ from: ends[at - 1]?.to ?? 0, to: from })).filter(({ from, to }) => from < to)
}

/**
 * A run of a chunk's sentences as a chunk of its own, with its first and last white space gone: what is left of a passage
 * of which some was sent. It has no neighbours, and its tokens are counted anew.
 */
export function sliceOf(chunk: Chunk, { from, to }: UnitRange): Chunk {
  if (from === 0 && to === chunk.sentences.length) return chunk
  const first = chunk.sentences[from]?.start ?? 0
  const end = chunk.sentences[to - 1]?.end ?? first
  const body = chunk.text.slice(first, end)
  const start = first + body.length - body.trimStart().length
  return {
    ...chunk,
    span: { start: chunk.span.start + start, end: chunk.span.start + end },
    text: chunk.text.slice(start, end),
    sentences: chunk.sentences
      .slice(from, to)
      .map((sentence) => ({ start: Math.max(sentence.start, start) - start, end: sentence.end - start })),
    sentenceTokens: {},
    previous: null,
    next: null,
    gap: null,
  }
}
