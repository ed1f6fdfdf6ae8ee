import type { Fused } from './fused.ts'

/** A ranked candidate with the exact duplicates that were found beside it. */
export interface Collapsed extends Fused {
  /** Same normalised text elsewhere, in rank order. */
  readonly twins: readonly Fused[]
}

/** Keeps the best-ranked occurrence of every text, in order; the others become its twins, so that each text takes one place before any cut. */
export function collapseDuplicates(ranked: readonly Fused[]): readonly Collapsed[] {
  const byText = new Map<string, { first: Fused; twins: Fused[] }>()
  for (const candidate of ranked) {
    const entry = byText.get(candidate.textHash)
    if (entry) entry.twins.push(candidate)
    else byText.set(candidate.textHash, { first: candidate, twins: [] })
  }
  return [...byText.values()].map(({ first, twins }) => ({ ...first, twins }))
}
