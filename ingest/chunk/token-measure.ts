import type { Embedder } from '../../src/core/ports/embedder.ts'
import type { Limits } from '../../src/core/ports/limits.ts'

/**
 * Model tokens of texts without what the model puts around every text. Texts that meet at white space or punctuation add up, because
 * WordPiece never looks across either; for other tokenizers the sum is close.
 */
export interface TokenMeasure {
  count(texts: readonly string[], limits: Limits): Promise<readonly number[]>
}

/** Asks the embedder in calls of at most `modelTexts`; what it adds to every text (special tokens, its prefix) is asked once. */
export function createTokenMeasure(embedder: Embedder, modelTexts: number): TokenMeasure {
  let around: number | null = null
  return {
    async count(texts, limits) {
      around ??= (await embedder.countTokens([''], limits))[0] ?? 0
      const counts: number[] = []
      for (let from = 0; from < texts.length; from += modelTexts) {
        const each = await embedder.countTokens(texts.slice(from, from + modelTexts), limits)
        for (const count of each) counts.push(count - around)
      }
      return counts
    },
  }
}
