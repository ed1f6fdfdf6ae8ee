import type { Calibration } from '../ports/model-profiles.ts'

/** Probability in (0, 1) that a candidate is relevant; `cosine` is null where there was no vector leg. Formula at `Calibration`. */
export function calibrate(calibration: Calibration, score: number, cosine: number | null): number {
  const known = cosine ?? calibration.neutralCosine
  return 1 / (1 + Math.exp(-(calibration.score * score + calibration.cosine * known + calibration.intercept)))
}
