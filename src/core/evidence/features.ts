import type { Chunk } from '../types.ts'
import { bm25Of, meanWords, readChunks, sumOf, type Reading, type TextTerms } from './read.ts'

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

/** Features of every unit of every chunk, in the order given. Linear in the text; pure. */
export function evidenceFeatures(query: string, chunks: readonly ScoredChunk[]): readonly (readonly Features[])[] {
  return featuresOf(
    readChunks(
      query,
      chunks.map(({ chunk }) => chunk),
    ),
    chunks,
  )
}

/** The same for chunks that were read already, all of them and in this order. */
export function featuresOf({ chunks: read, idf }: Reading, chunks: readonly ScoredChunk[]): readonly (readonly Features[])[] {
  const units = read.flatMap((chunk) => chunk.units)
  const whole = sumOf(idf) || 1
  const bm25 = bm25Of(units, idf, meanWords(units))
  const best = bm25.reduce((most, one) => Math.max(most, one), 0) || 1
  const places = new Map(chunks.map(({ chunk }, index) => [placeOf(chunk.doc, chunk.ordinal), index]))

  let position = 0
  return chunks.map(({ chunk, score }, index) => {
    const own = read[index]?.units ?? []
    const before = places.get(placeOf(chunk.doc, chunk.ordinal - 1))
    const behind = places.get(placeOf(chunk.doc, chunk.ordinal + 1))
    const last = before === undefined ? undefined : read[before]?.units.at(-1)
    const first = behind === undefined ? undefined : read[behind]?.units[0]
    const share = (...these: readonly (TextTerms | undefined)[]) => foundIdf(these, idf) / whole
    return own.map((unit, at) => {
      const relative = (bm25[position] ?? 0) / best
      position += 1
      return {
        score,
        covered: share(unit, read[index]?.headings),
        nearby: share(at === 0 ? last : own[at - 1], unit, at === own.length - 1 ? first : own[at + 1]),
        bm25: relative,
      }
    })
  })
}

const placeOf = (doc: string, ordinal: number): string => `${ordinal}:${doc}`

/** Idf of the terms that stand in any of these. */
function foundIdf(these: readonly (TextTerms | undefined)[], idf: Float64Array): number {
  let sum = 0
  for (let term = 0; term < idf.length; term += 1) {
    if (these.some((unit) => (unit?.counts?.[term] ?? 0) > 0)) sum += idf[term] ?? 0
  }
  return sum
}
