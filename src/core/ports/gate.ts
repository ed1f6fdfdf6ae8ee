import type { GateResult, GoldenBaseline, GoldenQuestion, GoldenSet } from '../golden/gate.ts'
import type { IndexName, TenantId, VersionRef } from '../ids.ts'
import type { Limits } from './limits.ts'

/** Questions asked so far, of so many. */
export type TellAsked = (done: number, total: number) => void

/**
 * Asks the golden set of an index what a version answers, through the whole query path with its configuration and templates, and compares
 * the figures with those of the live version and of the pinned baseline.
 *
 * - `attach` gives the index a golden set, in the place of the one before and its baseline. Rejects `invalid_request` where not one question
 *   has its passages in the documents of the index, which is how a wrong id looks; `stale` says how many have not.
 * - `run` keeps the result with the version. Null where no set is attached. The first version that passes becomes the baseline.
 * - `pin` measures a version and makes its scores the baseline, whatever they are. Rejects `invalid_request` without a golden set.
 */
export interface Gate {
  attach(
    tenant: TenantId,
    index: IndexName,
    questions: readonly GoldenQuestion[],
    limits: Limits,
  ): Promise<{ readonly golden: GoldenSet; readonly stale: number }>
  run(tenant: TenantId, index: IndexName, version: VersionRef, asked: TellAsked, limits: Limits): Promise<GateResult | null>
  pin(tenant: TenantId, index: IndexName, version: VersionRef, asked: TellAsked, limits: Limits): Promise<GoldenBaseline>
}
