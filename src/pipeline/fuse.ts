import { collapseDuplicates, type Collapsed } from '../core/fusion/collapse.ts'
import { minMaxMean } from '../core/fusion/min-max-mean.ts'
import { reciprocalRank } from '../core/fusion/reciprocal-rank.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { RequestContext } from './context.ts'
import type { Legs } from './search.ts'

/** One ranking out of the legs, each text once. A leg that found nothing leaves its weight to the other, so that scores keep their scale. */
export function createFuseStage() {
  const methods = { min_max: minMaxMean, rrf: reciprocalRank }

  return {
    name: 'fuse',
    run(input: { readonly legs: Legs; readonly plan: Plan; readonly vectorWeight: number }, context: RequestContext): readonly Collapsed[] {
      const { lexical, vector } = input.legs
      return context.trace.runSync('fuse', () => {
        const weight = lexical.length === 0 ? 1 : vector.length === 0 ? 0 : input.vectorWeight
        const fused = methods[input.plan.fusion]([
          { name: 'lexical', weight: 1 - weight, hits: lexical },
          { name: 'vector', weight, hits: vector },
        ])
        const collapsed = collapseDuplicates(fused).map(withFusedEvidence)
        return [collapsed, { in: lexical.length + vector.length, out: collapsed.length }]
      })
    },
  }
}

function withFusedEvidence(candidate: Collapsed, position: number): Collapsed {
  return { ...candidate, evidence: [...candidate.evidence, { leg: 'fused', rank: position + 1, score: candidate.score }] }
}
