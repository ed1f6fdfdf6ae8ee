import type { GateResult, GoldenBaseline } from '../golden/gate.ts'
import type { IndexName, TenantId, VersionRef } from '../ids.ts'
import type { Limits } from './limits.ts'

/** Questions asked so far, of so many. */
export type TellAsked = (done: number, total: number) => void

/**
 * Asks the golden set of an index what a version answers, through the whole query path with its configuration and templates, and compares
 * the figures with those of the live version and of the pinned baseline.
 *
 * - `run` keeps the result with the version. Null where no set is attached. The first version that passes becomes the baseline.
 * - `pin` measures a version and makes its scores the baseline, whatever they are. Rejects `invalid_request` without a golden set.
 */
export interface Gate {
  run(tenant: TenantId, index: IndexName, version: VersionRef, asked: TellAsked, limits: Limits): Promise<GateResult | null>
  pin(tenant: TenantId, index: IndexName, version: VersionRef, asked: TellAsked, limits: Limits): Promise<GoldenBaseline>
}
