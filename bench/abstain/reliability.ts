import { calibrationError, type Believed } from '../metrics/calibration-error.ts'
import { mean } from '../metrics/mean.ts'

const BINS = 10

export interface ReliabilityBin {
  readonly from: number
  readonly to: number
  readonly questions: number
  /** Mean confidence, and how often it was right; null in an empty bin. */
  readonly confidence: number | null
  readonly correct: number | null
}

export interface Reliability {
  readonly questions: number
  /** Expected calibration error over the bins. */
  readonly ece: number
  readonly bins: readonly ReliabilityBin[]
}

export function reliabilityOf(believed: readonly Believed[]): Reliability {
  const bins = Array.from({ length: BINS }, (_, bin): ReliabilityBin => {
    const members = believed.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === bin)
    const empty = members.length === 0
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      questions: members.length,
      confidence: empty ? null : mean(members.map(({ confidence }) => confidence)),
      correct: empty ? null : mean(members.map(({ correct }) => Number(correct))),
    }
  })
  return { questions: believed.length, ece: calibrationError(believed), bins }
}
