import type { Chunk } from '../types.ts'
import { queryTerms, wordsOf } from './terms.ts'

/** A chunk whose units are valued, with what the ranking says about it. */
export interface ScoredChunk {
  readonly chunk: Pick<Chunk, 'doc' | 'ordinal' | 'title' | 'headingPath' | 'text' | 'sentences'>
  /** Ranking score, in [0, 1]; 0 for a chunk that was not found but stands beside one that was. */
  readonly score: number
}

/**
 * What is known about a unit (a sentence, a table row, …) before anything is packed:
 *
 * - `score`: of its chunk;
 * - `covered`: share of the question's terms in the unit or in the title and headings above it, weighted by idf;
 * - `nearby`: the same over the unit, the one before and the one behind, across the chunks of a document;
 * - `bm25`: of the unit (Robertson and Zaragoza 2009, k1 1.2, b .75), divided by that of the best unit.
 *
 * All are in [0, 1]. Cosines of the sentences themselves, more of the chunk's scores, length, looks and neighbours' values were tried on six sets and
 * added next to nothing to the recall of what they packed: models/evidence-v0/MODEL_CARD.md has the figures.
 */
export const FEATURES = ['score', 'covered', 'nearby', 'bm25'] as const
export type Feature = (typeof FEATURES)[number]
export type Features = Readonly<Record<Feature, number>>

const K1 = 1.2
const B = 0.75

interface UnitTerms {
  /** How often each term of the question stands in the unit; null where none does. */
  readonly counts: Float64Array | null
  readonly words: number
}

/**
 * Features of every unit of every chunk, in the order given. Inverse document frequencies are taken over the units at hand, ln((N + 1) / (n + ½)),
 * not below 0: what tells these sentences apart counts, not what tells them from the rest of the index. Linear in the text; pure.
 */
export function evidenceFeatures(query: string, chunks: readonly ScoredChunk[]): readonly (readonly Features[])[] {
  const terms = new Map(queryTerms(query).map((term, index) => [term, index]))
  const read = chunks.map(({ chunk }) => chunk.sentences.map(({ start, end }) => readUnit(chunk.text.slice(start, end), terms)))
  const units = read.flat()
  const idf = inverseFrequencies(units, terms.size)
  const whole = idf.reduce((sum, one) => sum + one, 0) || 1
  const bm25 = bm25Of(units, idf)
  const best = bm25.reduce((most, one) => Math.max(most, one), 0) || 1
  const places = new Map(chunks.map(({ chunk }, index) => [placeOf(chunk.doc, chunk.ordinal), index]))

  let position = 0
  return chunks.map(({ chunk, score }, index) => {
    const own = read[index] ?? []
    const before = places.get(placeOf(chunk.doc, chunk.ordinal - 1))
    const behind = places.get(placeOf(chunk.doc, chunk.ordinal + 1))
    const last = before === undefined ? undefined : read[before]?.at(-1)
    const first = behind === undefined ? undefined : read[behind]?.[0]
    const headings = readUnit([chunk.title, ...chunk.headingPath].join('\n'), terms)
    const share = (...these: readonly (UnitTerms | undefined)[]) => foundIdf(these, idf) / whole
    return own.map((unit, at) => {
      const relative = (bm25[position] ?? 0) / best
      position += 1
      return {
        score,
        covered: share(unit, headings),
        nearby: share(at === 0 ? last : own[at - 1], unit, at === own.length - 1 ? first : own[at + 1]),
        bm25: relative,
      }
    })
  })
}

const placeOf = (doc: string, ordinal: number): string => `${ordinal}:${doc}`

function readUnit(text: string, terms: ReadonlyMap<string, number>): UnitTerms {
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

function inverseFrequencies(units: readonly UnitTerms[], terms: number): Float64Array {
  const frequencies = new Float64Array(terms)
  for (const { counts } of units) counts?.forEach((count, term) => (frequencies[term] = (frequencies[term] ?? 0) + (count > 0 ? 1 : 0)))
  return frequencies.map((frequency) => Math.max(0, Math.log((units.length + 1) / (frequency + 0.5))))
}

function bm25Of(units: readonly UnitTerms[], idf: Float64Array): readonly number[] {
  const words = units.reduce((sum, unit) => sum + unit.words, 0)
  const mean = words / units.length || 1
  return units.map(({ counts, words: own }) => {
    if (counts === null) return 0
    const damping = K1 * (1 - B + (B * own) / mean)
    return counts.reduce((sum, count, term) => sum + ((idf[term] ?? 0) * count * (K1 + 1)) / (count + damping), 0)
  })
}

/** Idf of the terms that stand in any of these. */
function foundIdf(these: readonly (UnitTerms | undefined)[], idf: Float64Array): number {
  let sum = 0
  for (let term = 0; term < idf.length; term += 1) {
    if (these.some((unit) => (unit?.counts?.[term] ?? 0) > 0)) sum += idf[term] ?? 0
  }
  return sum
}
