import type { ScoredChunk } from '../../../src/core/evidence/features.ts'
import type { DocumentId } from '../../../src/core/ids.ts'

/** A chunk out of its sentences, each with a blank in front of it but the first. */
export function chunkOf(
  sentences: readonly string[],
  where: { doc?: string; ordinal?: number; title?: string; score?: number } = {},
): ScoredChunk {
  const { doc = 'd', ordinal = 0, title = '', score = 1 } = where
  const text = sentences.join(' ')
  let start = 0
  const spans = sentences.map((sentence, at) => {
    const end = start + sentence.length + (at === 0 ? 0 : 1)
    const span = { start, end }
    start = end
    return span
  })
  return { score, chunk: { doc: doc as DocumentId, ordinal, title, headingPath: [], text, sentences: spans } }
}
