import type { ChunkId, DocumentId } from '../../../src/core/ids.ts'
import { passageText, type PassageText } from '../../../src/core/packing/passage-text.ts'
import type { Unit } from '../../../src/core/packing/passage.ts'
import type { TokenCounter } from '../../../src/core/ports/token-counter.ts'
import type { Chunk } from '../../../src/core/types.ts'

/** A token for every character, so that costs can be seen. */
export const CHARACTERS: TokenCounter = { name: 'characters', exact: true, count: (text) => text.length }

/** Chunks that follow each other in one document, each of the given sentences with their leading white space; `gap` is what parts a chunk from the one before. */
export function chunksOf(
  drafts: readonly { readonly sentences: readonly string[]; readonly gap?: string | null; readonly path?: readonly string[] }[],
): readonly Chunk[] {
  let at = 0
  return drafts.map(({ sentences, gap = '\n\n', path = [] }, ordinal): Chunk => {
    const text = sentences.join('')
    const start = at + (ordinal === 0 ? 0 : (gap ?? '\n\n# Heading\n\n').length)
    at = start + text.length
    let end = 0
    return {
      id: `k${ordinal}` as ChunkId,
      doc: 'doc' as DocumentId,
      ordinal,
      previous: ordinal === 0 ? null : (`k${ordinal - 1}` as ChunkId),
      next: ordinal === drafts.length - 1 ? null : (`k${ordinal + 1}` as ChunkId),
      gap: ordinal === 0 ? null : gap,
      title: 'Title',
      uri: null,
      headingPath: path,
      pages: null,
      span: { start, end: at },
      text,
      textHash: text,
      sentences: sentences.map((sentence) => ({ start: end, end: (end += sentence.length) })),
      sentenceTokens: {},
      metadata: {},
    }
  })
}

/** One chunk of the given sentences. */
export const textOf = (...sentences: readonly string[]): PassageText => {
  const [chunk] = chunksOf([{ sentences }])
  return passageText(chunk as Chunk, [], [], { counter: CHARACTERS, escape: (text) => text })
}

/** Units of a text, each with the value that it is given. */
export const valued = ({ units }: PassageText, ...values: readonly number[]): readonly Unit[] =>
  units.map((unit, at) => ({ ...unit, value: values[at] ?? 0, cluster: at, facets: [] }))
