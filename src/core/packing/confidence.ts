import type { Passage } from './passage.ts'
import type { Selection } from './selection.ts'

/** Probability that at least one of these units is evidence, each cluster counted once: 1 − Π (1 − p). */
export function anyEvidence(units: readonly { readonly cluster: number; readonly value: number }[]): number {
  const best = new Map<number, number>()
  for (const { cluster, value } of units) best.set(cluster, Math.max(value, best.get(cluster) ?? 0))
  return 1 - best.values().reduce((none, value) => none * (1 - value), 1)
}

export function evidenceShown({ chosen }: Selection): number {
  return anyEvidence(chosen.flatMap(({ passage, variant }) => passage.units.slice(variant.from, variant.to)))
}

export function evidenceOffered(passages: readonly Passage[]): number {
  return anyEvidence(passages.flatMap(({ units }) => units))
}
