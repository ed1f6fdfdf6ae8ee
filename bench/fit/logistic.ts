/** One observation: features with a constant 1 at the end, what happened to which degree (0 to 1), and how much it counts. */
export interface Sample {
  readonly x: Float64Array
  readonly y: number
  readonly weight: number
}

const ITERATIONS = 50
const CONVERGED = 1e-9
/** Of the samples' total weight: keeps the normal equations solvable where features say nearly the same. */
const RIDGE = 1e-6

/**
 * Logistic regression by iteratively reweighted least squares (McCullagh and Nelder 1989, 2.5) from zero: the same samples give the same coefficients. As
 * many coefficients as features, the constant's last. The ridge is applied to the coefficients of features divided by nothing: give features of like size.
 */
export function fitLogistic(samples: readonly Sample[]): Float64Array {
  const size = samples[0]?.x.length ?? 0
  const ridge = RIDGE * samples.reduce((sum, { weight }) => sum + weight, 0)
  const beta = new Float64Array(size)
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const step = newtonStep(samples, beta, ridge)
    let largest = 0
    for (let i = 0; i < size; i += 1) {
      beta[i] = (beta[i] ?? 0) + (step[i] ?? 0)
      largest = Math.max(largest, Math.abs(step[i] ?? 0))
    }
    if (largest < CONVERGED) break
  }
  return beta
}

/** Probability under the coefficients. */
export function logistic(beta: Float64Array, x: Float64Array): number {
  let sum = 0
  for (let i = 0; i < beta.length; i += 1) sum += (beta[i] ?? 0) * (x[i] ?? 0)
  return 1 / (1 + Math.exp(-sum))
}

function newtonStep(samples: readonly Sample[], beta: Float64Array, ridge: number): Float64Array {
  const size = beta.length
  const gradient = beta.map((coefficient) => -ridge * coefficient)
  const hessian = new Float64Array(size * size)
  for (let i = 0; i < size; i += 1) hessian[i * size + i] = ridge
  for (const { x, y, weight } of samples) {
    const p = logistic(beta, x)
    const slope = weight * p * (1 - p)
    for (let i = 0; i < size; i += 1) {
      const xi = x[i] ?? 0
      gradient[i] = (gradient[i] ?? 0) + weight * (y - p) * xi
      for (let j = 0; j < size; j += 1) hessian[i * size + j] = (hessian[i * size + j] ?? 0) + slope * xi * (x[j] ?? 0)
    }
  }
  return solve(hessian, gradient)
}

/** Gauss and Jordan, without pivoting: the matrix is positive definite. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const rows = Array.from({ length: size }, (_, i) => Float64Array.of(...matrix.subarray(i * size, (i + 1) * size), right[i] ?? 0))
  rows.forEach((pivotRow, pivot) => {
    const divisor = pivotRow[pivot] ?? 1
    for (let j = 0; j <= size; j += 1) pivotRow[j] = (pivotRow[j] ?? 0) / divisor
    for (const row of rows) {
      if (row === pivotRow) continue
      const factor = row[pivot] ?? 0
      for (let j = 0; j <= size; j += 1) row[j] = (row[j] ?? 0) - factor * (pivotRow[j] ?? 0)
    }
  })
  return Float64Array.from(rows, (row) => row[size] ?? 0)
}
