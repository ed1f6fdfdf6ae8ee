import { byScoreThenChunk } from '../core/fusion/fused.ts'
import { minMax } from '../core/fusion/min-max-mean.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { Profile } from '../core/ports/model-profiles.ts'
import type { Reranker } from '../core/ports/reranker.ts'
import type { DerivedQuery } from '../core/query/derive.ts'
import { passagePrefix } from '../core/text/passage-prefix.ts'
import { AppError } from '../core/errors.ts'
import { spendableMs, withReserve, type RequestContext } from './context.ts'
import type { Candidate } from './load.ts'
import { createPairTime } from './pair-time.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

export interface Reranked {
  readonly candidates: readonly Candidate[]
  /** Pairs that the cross-encoder scored. */
  readonly pairs: number
}

/**
 * The cross-encoder's opinion, mixed into the fused score of the best candidates and never put in its place:
 * mixed = (1 - w) * fused + w * minmax(rerank); candidates beyond the depth keep (1 - w) * fused and so stay below.
 * Its depth follows what time is left; when it fails or runs out of time the fused order stands and the record says so.
 */
export function createRerankStage(settings: PipelineSettings) {
  const { reserveMs, rerankMsPerPair } = settings.retrieve
  const pairTime = createPairTime(rerankMsPerPair)

  return {
    name: 'rerank',
    async run(
      input: { readonly derived: DerivedQuery; readonly candidates: readonly Candidate[]; readonly plan: Plan; readonly profile: Profile },
      context: RequestContext,
    ): Promise<Reranked> {
      const { derived, candidates, plan, profile } = input
      const { reranker } = profile
      const weight = plan.rerankWeight ?? profile.settings.rerankWeight
      if (reranker === null || !isWanted(plan, candidates, weight, profile.settings.rerankMargin)) {
        context.trace.notPlanned('rerank')
        return { candidates, pairs: 0 }
      }
      return context.trace.run('rerank', async () => {
        const planned = Math.min(plan.rerankDepth, candidates.length)
        const affordable = Math.floor(spendableMs(context, reserveMs) / pairTime.of(reranker.fingerprint))
        const depth = Math.min(planned, affordable)
        const fusedOrder = { candidates, pairs: 0 }
        if (depth < 2) {
          pairTime.untried(reranker.fingerprint)
          return [fusedOrder, { in: planned, out: 0, status: 'skipped', reason: 'no_time_left' }]
        }
        try {
          const scores = await score(reranker, derived.rerank, candidates.slice(0, depth), context)
          const reduced = depth < planned ? ({ status: 'degraded', reason: `depth_${depth}_of_${planned}` } as const) : {}
          return [
            { candidates: mix(candidates, scores, weight), pairs: depth },
            { in: planned, out: depth, ...reduced },
          ]
        } catch (error) {
          if (!isWeather(error)) throw error
          return [fusedOrder, { in: planned, out: 0, ...failure(error) }]
        }
      })
    },
  }

  async function score(
    reranker: Reranker,
    query: string,
    candidates: readonly Candidate[],
    context: RequestContext,
  ): Promise<Float32Array> {
    const passages = candidates.map(({ text }) => passagePrefix(text.title, text.headingPath) + text.text)
    const start = context.clock.now()
    const { fingerprint } = reranker
    try {
      const scores = await reranker.score(query, passages, withReserve(context, reserveMs))
      pairTime.took(fingerprint, context.clock.now() - start, passages.length)
      return scores
    } catch (error) {
      // A model that fails at once, or whose caller has gone, says nothing about its speed.
      const isLate = error instanceof AppError && error.code === 'deadline_exceeded'
      if (isLate) pairTime.ranOut(fingerprint, context.clock.now() - start, passages.length)
      throw error
    }
  }
}

/** `auto` asks only where the order is in doubt, or where the operator called the intent critical. */
function isWanted(plan: Plan, candidates: readonly Candidate[], weight: number, margin: number): boolean {
  const [first, second] = candidates
  if (plan.rerank === 'never' || weight === 0 || first === undefined || second === undefined) return false
  return plan.rerank === 'always' || plan.critical || first.score - second.score < margin
}

function mix(candidates: readonly Candidate[], scores: Float32Array, weight: number): readonly Candidate[] {
  const points = minMax([...scores])
  const rankOf = ranks(scores)
  const mixed = candidates.map((candidate, position) => {
    const score = scores[position]
    if (score === undefined) return { ...candidate, score: (1 - weight) * candidate.score }
    const reranked = { leg: 'rerank', rank: rankOf[position] ?? 0, score } as const
    return {
      ...candidate,
      score: (1 - weight) * candidate.score + weight * (points[position] ?? 0),
      evidence: [...candidate.evidence, reranked],
    }
  })
  return mixed.sort(byScoreThenChunk)
}

/** Rank from 1 of each score, highest first; equal scores in order of position. */
function ranks(scores: Float32Array): readonly number[] {
  const order = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
  const result = new Array<number>(scores.length)
  order.forEach((position, rank) => (result[position] = rank + 1))
  return result
}
