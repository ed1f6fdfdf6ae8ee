export interface Believed {
  readonly confidence: number
  readonly correct: boolean
}

/** Expected calibration error over ten equal bins: mean distance of confidence and accuracy, weighted by bin size (Naeini et al. 2015). */
export function calibrationError(believed: readonly Believed[]): number {
  const bins = Array.from({ length: 10 }, (_, bin) => believed.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin))
  return bins.reduce((error, bin) => {
    const confidence = bin.reduce((sum, item) => sum + item.confidence, 0)
    const correct = bin.filter((item) => item.correct).length
    return error + Math.abs(confidence - correct) / Math.max(1, believed.length)
  }, 0)
}
