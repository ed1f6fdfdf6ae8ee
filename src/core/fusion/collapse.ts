import type { Fused } from './fused.ts'

/** A ranked candidate with the duplicates that were found beside it. */
export interface Collapsed extends Fused {
  /** The same normalised text elsewhere, and near-duplicates that state the same, in rank order. */
  readonly twins: readonly Fused[]
}

/**
 * Keeps the best-ranked occurrence of every text, in order; the others become its twins, so that each text takes one place before any cut. Who is a twin is decided
 * by the kept one alone (its text, or its group), never by another twin.
 */
export function collapseDuplicates(ranked: readonly Fused[]): readonly Collapsed[] {
  const kept: { first: Fused; twins: Fused[] }[] = []
  const byKey = new Map<string, { first: Fused; twins: Fused[] }>()
  for (const candidate of ranked) {
    const entry = byKey.get(`text ${candidate.textHash}`) ?? byKey.get(`group ${candidate.group}`)
    if (entry !== undefined) {
      entry.twins.push(candidate)
      continue
    }
    const found = { first: candidate, twins: [] }
    kept.push(found)
    byKey.set(`text ${candidate.textHash}`, found).set(`group ${candidate.group}`, found)
  }
  return kept.map(({ first, twins }) => ({ ...first, twins }))
}
