import { bm25Of, highestBm25, meanWords, SATURATED, type ReadChunk, type Reading, type TextTerms } from '../evidence/read.ts'

/**
 * What speaks for a question being answerable from an index, before anything is packed and whatever the budget:
 *
 * - `cosine`: of the best candidate; `lead`: by how much it is above the mean of the candidates that the vector leg found;
 * - `passage`: BM25 of the best candidate, divided by what no text can reach: 1 would hold every term of the question many times;
 * - `sentence`: the same of the best sentence, with the title and headings above it;
 * - `bm25`: best score of the full-text leg, divided by what a text with every term could reach if all were as rare as a term can be in the index.
 *
 * Terms that stand in no candidate count in the divisors with the highest idf there is: a name that the index does not know weighs most.
 */
export const RELEVANCE_SIGNALS = ['cosine', 'lead', 'passage', 'sentence', 'bm25'] as const
export type RelevanceSignal = (typeof RELEVANCE_SIGNALS)[number]
export type RelevanceSignals = Readonly<Record<RelevanceSignal, number>>

/** What the legs say: cosines of the candidates that the vector leg found, and scores of those that the full-text leg found. */
export interface LegScores {
  readonly cosines: readonly number[]
  readonly bm25: readonly number[]
}

/** `chunks`: how many the index holds. All signals are 0 where there is no candidate. */
export function relevanceSignals({ cosines, bm25 }: LegScores, { chunks: read, idf }: Reading, chunks: number): RelevanceSignals {
  const best = largest(cosines)
  const highest = highestBm25(idf) || 1
  const passages = read.map(wholeOf)
  const units = read.flatMap((chunk) => chunk.units)
  const titled = read.flatMap(({ units: own, headings }) => own.map((unit) => withHeadings(unit, headings)))
  return {
    cosine: best,
    lead: cosines.length === 0 ? 0 : best - cosines.reduce((sum, one) => sum + one, 0) / cosines.length,
    passage: largest(bm25Of(passages, idf, meanWords(passages))) / highest,
    sentence: largest(bm25Of(titled, idf, meanWords(units))) / highest,
    bm25: largest(bm25) / (SATURATED * Math.max(1, idf.length) * Math.log(chunks + 2)),
  }
}

const largest = (numbers: readonly number[]): number => numbers.reduce((most, one) => Math.max(most, one), 0)

/** All units of a chunk and its headings as one text. */
function wholeOf({ units, headings }: ReadChunk): TextTerms {
  const parts = [...units, headings]
  const found = parts.flatMap(({ counts }) => (counts === null ? [] : [counts]))
  const [first] = found
  return {
    counts: first === undefined ? null : first.map((_, term) => found.reduce((sum, counts) => sum + (counts[term] ?? 0), 0)),
    words: parts.reduce((sum, { words }) => sum + words, 0),
  }
}

/** A term of the headings stands in the unit once at least. */
function withHeadings(unit: TextTerms, { counts: above }: TextTerms): TextTerms {
  if (above === null) return unit
  return { ...unit, counts: above.map((count, term) => Math.max(unit.counts?.[term] ?? 0, Math.min(1, count))) }
}
