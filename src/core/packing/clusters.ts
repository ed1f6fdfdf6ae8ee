import { normalise } from '../text/normalise.ts'
import { areSimilar, wordSet } from './similarity.ts'

export interface ClusterSettings {
  /** Jaccard similarity of words from which two units count as the same text, in (0, 1]. */
  readonly jaccard: number
  /** Units of fewer distinct words are the same only where their normalised text is. */
  readonly minWords: number
}

/** A word that makes another statement of an otherwise equal one. */
const TELLING = /\p{N}|^(?:not|no|never|none|neither|nor|without|cannot|t|kein\p{L}*|nicht|nie|niemals|ohne)$/u

/**
 * Of each text the number of its cluster, from 0 in order of appearance. Texts are in one cluster where they are equal when normalised, or where their words are similar to
 * those of its first text and numbers and negations are the same (`at most 10` and `at most 20` differ in one word and say two things).
 *
 * Close to linear: a text is compared only with first texts of clusters that share one of its rarest words. Sets A and B of Jaccard similarity t or more share at least
 * t · |A| words, so one of the |A| − ⌈t · |A|⌉ + 1 rarest of A is among them (prefix filtering: Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007).
 */
export function clusterTexts(texts: readonly string[], settings: ClusterSettings): readonly number[] {
  const normalised = texts.map(normalise)
  const words = new Map(normalised.map((text) => [text, wordSet(text)]))
  const index = new FirstTexts(frequencies(words.values()), settings)
  const clusters = new Map(words.entries().map(([text, own]) => [text, index.similarTo(own) ?? index.add(own)]))
  return normalised.map((text) => clusters.get(text) ?? 0)
}

/** The first texts of the clusters, found by their rarest words. */
class FirstTexts {
  readonly #frequency: ReadonlyMap<string, number>
  readonly #settings: ClusterSettings
  readonly #texts: FirstText[] = []
  readonly #byRareWord = new Map<string, number[]>()

  constructor(frequency: ReadonlyMap<string, number>, settings: ClusterSettings) {
    this.#frequency = frequency
    this.#settings = settings
  }

  /** The number of the cluster that a text belongs to, or null. */
  similarTo(words: ReadonlySet<string>): number | null {
    const telling = tellingOf(words)
    const tried = new Set<number>()
    for (const word of this.#rarest(words)) {
      for (const cluster of this.#byRareWord.get(word) ?? []) {
        const first = this.#texts[cluster]
        if (tried.has(cluster) || first === undefined) continue
        tried.add(cluster)
        if (first.telling === telling && areSimilar(words, first.words, this.#settings.jaccard)) return cluster
      }
    }
    return null
  }

  /** Begins a cluster and returns its number. */
  add(words: ReadonlySet<string>): number {
    const cluster = this.#texts.push({ words, telling: tellingOf(words) }) - 1
    for (const word of this.#rarest(words)) {
      const known = this.#byRareWord.get(word)
      if (known === undefined) this.#byRareWord.set(word, [cluster])
      else known.push(cluster)
    }
    return cluster
  }

  /** Of a text that is long enough to tell. */
  #rarest(words: ReadonlySet<string>): readonly string[] {
    const { jaccard, minWords } = this.#settings
    if (words.size < minWords) return []
    const rarity = (word: string): number => this.#frequency.get(word) ?? 0
    return [...words].sort((a, b) => rarity(a) - rarity(b) || (a < b ? -1 : 1)).slice(0, words.size - Math.ceil(jaccard * words.size) + 1)
  }
}

interface FirstText {
  readonly words: ReadonlySet<string>
  readonly telling: string
}

function frequencies(sets: Iterable<ReadonlySet<string>>): ReadonlyMap<string, number> {
  const frequency = new Map<string, number>()
  for (const set of sets) for (const word of set) frequency.set(word, (frequency.get(word) ?? 0) + 1)
  return frequency
}

const tellingOf = (words: ReadonlySet<string>): string =>
  [...words]
    .filter((word) => TELLING.test(word))
    .sort()
    .join(' ')
