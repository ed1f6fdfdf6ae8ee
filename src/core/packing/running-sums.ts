/** The sums of the first 0, 1, … of the numbers: that of `[from, to)` is `sums[to] - sums[from]`. */
export function runningSums(numbers: readonly number[]): readonly number[] {
  const sums = [0]
  for (const [at, each] of numbers.entries()) sums.push((sums[at] ?? 0) + each)
  return sums
}
