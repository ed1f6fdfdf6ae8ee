import { calibrate } from '../core/packing/calibrate.ts'
import type { Calibration } from '../core/ports/model-profiles.ts'
import type { RequestContext } from './context.ts'
import type { Candidate } from './load.ts'

/** A candidate with its calibrated probability of relevance. */
export interface Valued extends Candidate {
  readonly value: number
}

/** Calibration: what the scores of this profile mean, so that one price fits every scorer. */
export function createValueStage() {
  return {
    name: 'value',
    run(
      input: { readonly candidates: readonly Candidate[]; readonly calibration: Calibration },
      context: RequestContext,
    ): readonly Valued[] {
      const { candidates, calibration } = input
      return context.trace.runSync('value', () => {
        // A candidate that the vector leg did not reach is at most as close as the last one that it did.
        const known = candidates.flatMap((candidate) => cosineOf(candidate) ?? [])
        const floor = known.length === 0 ? null : Math.min(...known)
        const valued = candidates.map((candidate) => ({
          ...candidate,
          value: calibrate(calibration, candidate.score, cosineOf(candidate) ?? floor),
        }))
        return [valued, { in: candidates.length, out: valued.length }]
      })
    },
  }
}

function cosineOf(candidate: Candidate): number | null {
  return candidate.evidence.find((evidence) => evidence.leg === 'vector')?.score ?? null
}
