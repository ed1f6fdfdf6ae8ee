import type { Passage, Unit, Variant } from '../../../src/core/packing/passage.ts'
import type { PackRules } from '../../../src/core/packing/rules.ts'

/** The objective as its formula says it, computed anew for every set. */
export function objective(units: readonly Unit[], facets: PackRules['facets']): number {
  const clusters = Map.groupBy(units, ({ cluster }) => cluster).values()
  const evidence = clusters.map((each) => Math.max(...each.map(({ value, tokens }) => (value * tokens) / 25)))
  const coverage = facets.map(({ weight }, q) => weight * (1 - units.reduce((left, each) => left * (1 - (each.facets[q] ?? 0)), 1)))
  return [...evidence, ...coverage].reduce((sum, each) => sum + each, 0)
}

export type Shown = readonly { readonly passage: Passage; readonly variant: Variant }[]

export const unitsOf = (shown: Shown): readonly Unit[] =>
  shown.flatMap(({ passage, variant }) => passage.units.slice(variant.from, variant.to))

/** What is shown costs: each variant, and each document's longest heading (among all passages of it) once. */
export function costOf(shown: Shown, all: readonly Passage[]): number {
  const heads = new Set(shown.map(({ passage }) => passage.doc))
    .values()
    .map((doc) => Math.max(...all.filter((each) => each.doc === doc).map(({ headTokens }) => headTokens)))
  return [...shown.map(({ variant }) => variant.tokens), ...heads].reduce((sum, each) => sum + each, 0)
}

/** The best value that a budget allows, without caps: every choice of at most one variant of each passage is tried. */
export function optimum(passages: readonly Passage[], rules: PackRules): number {
  let best = 0
  const attempt = (at: number, shown: Shown): void => {
    const passage = passages[at]
    if (passage === undefined) {
      if (costOf(shown, passages) <= rules.tokens) best = Math.max(best, objective(unitsOf(shown), rules.facets))
      return
    }
    attempt(at + 1, shown)
    for (const variant of passage.variants) attempt(at + 1, [...shown, { passage, variant }])
  }
  attempt(0, [])
  return best
}
