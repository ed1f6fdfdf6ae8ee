import { createPrng } from '../prng.ts'

/** One word in seven: no chunk stays as it was, sentences stay about as long and as rare. */
const EDITED_SHARE = 0.15
const VOCABULARY_WORDS = 20_000
/** Words long enough to be content; markup, identifiers in pieces and short words stay. */
const WORDS = /\b[a-z]{4,}\b/g

/** Distinct words of some texts, sorted: what an edit draws from. */
export function vocabularyOf(texts: Iterable<string>, most = VOCABULARY_WORDS): readonly string[] {
  const words = new Set<string>()
  for (const text of texts) {
    for (const [word] of text.matchAll(WORDS)) {
      if (words.size === most) return [...words].sort()
      words.add(word)
    }
  }
  return [...words].sort()
}

/** The text with about `share` of its words replaced, so that a repetition is another text of the same shape. */
export const substituteWords = (text: string, share: number, vocabulary: readonly string[], random: () => number): string =>
  text.replace(WORDS, (word) => (random() < share ? (vocabulary[Math.floor(random() * vocabulary.length)] ?? word) : word))

/** The text edited in the way of this seed. */
export const edited = (text: string, vocabulary: readonly string[], seed: number): string =>
  substituteWords(text, EDITED_SHARE, vocabulary, createPrng(seed))
