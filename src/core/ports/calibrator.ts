import type { IndexCalibration } from '../confidence/calibration.ts'
import type { IndexName, TenantId } from '../ids.ts'
import type { Limits } from './limits.ts'

export interface CalibrationRequest {
  readonly tenant: TenantId
  readonly index: IndexName
  /** Questions that the index answers; none makes some out of its own text. */
  readonly questions: readonly string[]
  /** Share of the index's own questions that may be given up, in [0, 1); null is the configured one. */
  readonly lost: number | null
}

/**
 * Finds where an index begins to abstain: asks it what it answers and what it knows nothing of, and keeps the threshold with the index. Nothing is kept
 * before the last question was asked: one that fails, or a caller who has gone, leaves the calibration before.
 * Rejects `invalid_request` for an index without a document, and as questions do.
 */
export interface Calibrator {
  calibrate(request: CalibrationRequest, asked: (done: number, total: number) => void, limits: Limits): Promise<IndexCalibration>
}
