import type { Collapsed } from '../core/fusion/collapse.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Profile } from '../core/ports/model-profiles.ts'
import type { Filter } from '../core/types.ts'
import type { RequestContext } from './context.ts'
import type { Candidate } from './load.ts'
import type { PlanInput, Planned } from './plan.ts'
import type { Stages } from './stages.ts'

export interface RankInput {
  readonly asked: PlanInput
  readonly filter: Filter | null
  readonly profile: Profile
  readonly reader: IndexReader
  /** As in `RankRequest`. */
  readonly documents: number
}

export interface Ranked extends Planned {
  /** Best first, with text. */
  readonly candidates: readonly Candidate[]
  /** Fused candidates beyond those whose text was loaded, best first. */
  readonly rest: readonly Collapsed[]
  /** Null where no vector leg is planned or the encoder gave none. */
  readonly vector: Float32Array | null
  readonly vectorWeight: number
  readonly embedTokens: number
  readonly rerankPairs: number
}

/** The first half of the straight line: from the question to ranked candidates. */
export async function rank(stages: Stages, input: RankInput, context: RequestContext): Promise<Ranked> {
  const { profile, reader, filter, documents } = input
  const { plan, derived } = stages.plan.run(input.asked, context)
  const vectorWeight = plan.vectorWeight ?? profile.settings.vectorWeight
  const { vector, tokens } = await stages.encode.run({ derived, plan, profile, reader }, context)
  const within = await stages.documents.run({ derived, vector, plan, vectorWeight, reader, filter }, context)
  const legs = await stages.search.run({ derived, vector, plan, reader, filter, within, documents }, context)
  const fused = stages.fuse.run({ legs, plan, vectorWeight }, context)
  const loaded = await stages.load.run({ fused, reader }, context)
  const { candidates, pairs } = await stages.rerank.run({ derived, candidates: loaded, plan, profile }, context)
  return {
    plan,
    derived,
    candidates,
    rest: fused.slice(loaded.length),
    vector,
    vectorWeight,
    embedTokens: tokens,
    rerankPairs: pairs,
  }
}
