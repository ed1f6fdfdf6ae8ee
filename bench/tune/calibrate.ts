import type { Calibration } from '../../src/core/ports/model-profiles.ts'
import { calibrate } from '../../src/core/packing/calibrate.ts'
import { mean } from '../metrics/mean.ts'
import type { ObservedSet } from './observe.ts'

interface Sample {
  readonly score: number
  readonly cosine: number
  readonly relevant: boolean
  /** Every set counts the same, however many questions it has. */
  readonly weight: number
}

const ITERATIONS = 50
/** Keeps the normal equations solvable where a feature barely varies. */
const RIDGE = 1e-6

/**
 * Logistic regression of relevance on (fused score, cosine, 1) by iteratively reweighted least squares (McCullagh and Nelder 1989, 2.5),
 * each data set with the same total weight. Candidates that the vector leg missed take the lowest cosine of their query, as the value stage does.
 */
export function fitCalibration(sets: readonly ObservedSet[]): { readonly calibration: Calibration; readonly error: number } {
  const samples = sets.flatMap(samplesOf)
  let beta: Triple = [0, 0, 0]
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) beta = newtonStep(samples, beta)
  const [score, cosine, intercept] = beta
  const neutralCosine = mean(samples.filter(({ relevant }) => relevant).map((sample) => sample.cosine))
  const calibration = { score, cosine, neutralCosine, intercept }
  return { calibration, error: expectedCalibrationError(samples, calibration) }
}

function samplesOf({ queries }: ObservedSet): readonly Sample[] {
  const drawn = queries.flatMap(({ candidates }) => {
    const floor = Math.min(1, ...candidates.flatMap(({ cosine }) => cosine ?? []))
    return candidates.map(({ fused, cosine, relevant }) => ({ score: fused, cosine: cosine ?? floor, relevant }))
  })
  return drawn.map((sample) => ({ ...sample, weight: 1 / drawn.length }))
}

type Triple = readonly [number, number, number]

function newtonStep(samples: readonly Sample[], beta: Triple): Triple {
  const gradient = [-RIDGE * beta[0], -RIDGE * beta[1], -RIDGE * beta[2]]
  const hessian = [
    [RIDGE, 0, 0],
    [0, RIDGE, 0],
    [0, 0, RIDGE],
  ]
  for (const { score, cosine, relevant, weight } of samples) {
    const x: Triple = [score, cosine, 1]
    const p = 1 / (1 + Math.exp(-(beta[0] * score + beta[1] * cosine + beta[2])))
    for (const i of [0, 1, 2] as const) {
      gradient[i] = (gradient[i] ?? 0) + weight * (Number(relevant) - p) * x[i]
      const row = hessian[i] ?? []
      for (const j of [0, 1, 2] as const) row[j] = (row[j] ?? 0) + weight * p * (1 - p) * x[i] * x[j]
    }
  }
  const step = solve(hessian, gradient)
  return [beta[0] + (step[0] ?? 0), beta[1] + (step[1] ?? 0), beta[2] + (step[2] ?? 0)]
}

/** Gaussian elimination without pivoting; the matrix is positive definite. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): readonly number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0])
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0
  const size = rows.length
  for (let pivot = 0; pivot < size; pivot += 1) {
    for (let i = 0; i < size; i += 1) {
      if (i === pivot) continue
      const factor = at(i, pivot) / at(pivot, pivot)
      rows[i] = (rows[i] ?? []).map((value, j) => value - factor * at(pivot, j))
    }
  }
  return rows.map((_, i) => at(i, size) / at(i, i))
}

/** Expected calibration error over ten equal bins of probability (Naeini, Cooper and Hauskrecht 2015), weighted as the samples are. */
function expectedCalibrationError(samples: readonly Sample[], calibration: Calibration): number {
  const bins = Map.groupBy(samples, ({ score, cosine }) => Math.min(9, Math.floor(calibrate(calibration, score, cosine) * 10)))
  const total = samples.reduce((sum, { weight }) => sum + weight, 0)
  let error = 0
  for (const members of bins.values()) {
    const gap = members.reduce(
      (sum, { score, cosine, relevant, weight }) => sum + weight * (Number(relevant) - calibrate(calibration, score, cosine)),
      0,
    )
    error += Math.abs(gap)
  }
  return error / total
}
