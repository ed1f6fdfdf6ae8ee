import type { Chunk } from '../types.ts'
import { queryTerms, wordsOf } from './terms.ts'

/** What of a question stands in a text. */
export interface TextTerms {
  /** How often each term of the question stands in it; null where none does. */
  readonly counts: Float64Array | null
  readonly words: number
}

/** A chunk, read for the terms of one question. */
export interface ReadChunk {
  /** One for each sentence. */
  readonly units: readonly TextTerms[]
  /** Title and heading path. */
  readonly headings: TextTerms
}

export interface Reading {
  readonly chunks: readonly ReadChunk[]
  /** Of each term of the question: inverse frequency over the units at hand, ln((N + 1) / (n + ½)), not below 0. */
  readonly idf: Float64Array
}

const K1 = 1.2
const B = 0.75
/** What a term of idf 1 brings to BM25 at most, however often it stands in a text. */
export const SATURATED = K1 + 1

/**
 * Looks up the question's terms in every unit of every chunk. Frequencies are taken over the units at hand: what tells these sentences apart counts, not
 * what tells them from the rest of the index. Linear in the text; pure.
 */
export function readChunks(query: string, chunks: readonly Pick<Chunk, 'title' | 'headingPath' | 'text' | 'sentences'>[]): Reading {
  const terms = new Map(queryTerms(query).map((term, index) => [term, index]))
  const read = chunks.map(({ title, headingPath, text, sentences }) => ({
    units: sentences.map(({ start, end }) => readText(text.slice(start, end), terms)),
    headings: readText([title, ...headingPath].join('\n'), terms),
  }))
  const units = read.flatMap((chunk) => chunk.units)
  return { chunks: read, idf: inverseFrequencies(units, terms.size) }
}

/** BM25 (Robertson and Zaragoza 2009, k1 1.2, b .75) of each text, beside texts of so many words on average. */
export function bm25Of(texts: readonly TextTerms[], idf: Float64Array, meanWords: number): readonly number[] {
  return texts.map(({ counts, words }) => {
    if (counts === null) return 0
    const damping = K1 * (1 - B + (B * words) / meanWords)
    return counts.reduce((sum, count, term) => sum + ((idf[term] ?? 0) * count * SATURATED) / (count + damping), 0)
  })
}

/** What no text can reach: every term of the question, over and over. */
export const highestBm25 = (idf: Float64Array): number => SATURATED * sumOf(idf)

/** Never 0, so that it can be divided by. */
export const meanWords = (texts: readonly TextTerms[]): number => texts.reduce((sum, { words }) => sum + words, 0) / texts.length || 1

export const sumOf = (numbers: Float64Array): number => numbers.reduce((sum, one) => sum + one, 0)

function readText(text: string, terms: ReadonlyMap<string, number>): TextTerms {
  const words = wordsOf(text)
  let counts: Float64Array | null = null
  for (const word of words) {
    const term = terms.get(word)
    if (term === undefined) continue
    counts ??= new Float64Array(terms.size)
    counts[term] = (counts[term] ?? 0) + 1
  }
  return { counts, words: words.length }
}

function inverseFrequencies(units: readonly TextTerms[], terms: number): Float64Array {
  const frequencies = new Float64Array(terms)
  for (const { counts } of units) counts?.forEach((count, term) => (frequencies[term] = (frequencies[term] ?? 0) + (count > 0 ? 1 : 0)))
  return frequencies.map((frequency) => Math.max(0, Math.log((units.length + 1) / (frequency + 0.5))))
}
