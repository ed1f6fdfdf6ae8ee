import { normalise } from '../text/normalise.ts'
import { namesOf, sharesWords, wordNumbers, type NumberedWords } from './word-numbers.ts'

export interface ClusterSettings {
  /** Jaccard similarity of words from which two units count as the same text, in (0, 1]. */
  readonly jaccard: number
  /** Units of fewer distinct words are the same only where their normalised text is. */
  readonly minWords: number
}

/** So that a product that should be whole is not rounded up. */
const ROUNDING = 1e-9

/**
 * Of each text the number of its cluster, from 0 in order of appearance. Texts are in one cluster where they are equal when normalised, or where their
 * words are similar to those of its first text and numbers, names and negations are the same (`at most 10` and `at most 20` differ in one word and say
 * two things).
 *
 * Close to linear: a text is compared only with first texts of clusters that share one of its rarest words. Sets A and B of Jaccard similarity t or more
 * share at least t · |A| words, so one of the |A| − ⌈t · |A|⌉ + 1 rarest of A is among them (prefix filtering: Chaudhuri, Ganti and Kaushik 2006;
 * Bayardo, Ma and Srikant 2007).
 */
export function clusterTexts(texts: readonly string[], settings: ClusterSettings): readonly number[] {
  const normalised = texts.map(normalise)
  const distinct = new Map(normalised.map((text, at) => [text, { text, names: namesOf(texts[at] ?? '') }]))
  const index = new FirstTexts(settings)
  const numbers = wordNumbers([...distinct.values()]).map((words) => index.similarTo(words) ?? index.add(words))
  const clusters = new Map([...distinct.keys()].map((text, at) => [text, numbers[at] ?? 0]))
  return normalised.map((text) => clusters.get(text) ?? 0)
}

/** The first texts of the clusters, found by their rarest words. */
class FirstTexts {
  readonly #settings: ClusterSettings
  readonly #texts: NumberedWords[] = []
  /** By the number of a word the clusters whose first text has it among its rarest. */
  readonly #holders: number[][] = []
  /** Of each cluster how often `similarTo` had been called when it was last compared. */
  readonly #compared: number[] = []
  #calls = 0

  constructor(settings: ClusterSettings) {
    this.#settings = settings
  }

  /** The number of the cluster that a text belongs to, or null. */
  similarTo(text: NumberedWords): number | null {
    this.#calls += 1
    for (let at = 0; at < this.#prefix(text); at++) {
      for (const cluster of this.#holders[text.words[at] ?? -1] ?? []) {
        if (this.#compared[cluster] === this.#calls) continue
        this.#compared[cluster] = this.#calls
        const first = this.#texts[cluster]
        if (first?.telling === text.telling && sharesWords(text.words, first.words, this.#settings.jaccard)) return cluster
      }
    }
    return null
  }

  /** Begins a cluster and returns its number. */
  add(text: NumberedWords): number {
    const cluster = this.#texts.push(text) - 1
    this.#compared.push(0)
    for (const word of text.words.subarray(0, this.#prefix(text))) (this.#holders[word] ??= []).push(cluster)
    return cluster
  }

  /** How many of its rarest words a text is found by; none where it is too short to tell. */
  #prefix({ words }: NumberedWords): number {
    const { jaccard, minWords } = this.#settings
    return words.length < minWords ? 0 : words.length - Math.ceil(jaccard * words.length - ROUNDING) + 1
  }
}
