export interface CurvePoint {
  readonly tokens: number
  readonly recall: number
}

/**
 * The fewest mean tokens at which the curve reaches `recall`, interpolated on the logarithm of tokens between neighbouring points; an upper
 * bound where the first point reaches it already; null where no point does.
 */
export function tokensAtRecall(curve: readonly CurvePoint[], recall: number): number | null {
  for (const [index, point] of curve.entries()) {
    if (point.recall < recall) continue
    const before = curve[index - 1]
    if (before === undefined || before.tokens <= 0) return point.tokens
    const share = (recall - before.recall) / (point.recall - before.recall)
    return before.tokens * (point.tokens / before.tokens) ** share
  }
  return null
}

/** Mean recall over the logarithm of the budgets, by trapezoids; 0 to 1, of one budget its recall. */
export function areaUnderRecall(points: readonly { readonly budget: number; readonly recall: number }[]): number {
  const [first] = points
  const last = points.at(-1)
  if (first === undefined || last === undefined || first === last) return first?.recall ?? 0
  let area = 0
  for (const [index, point] of points.entries()) {
    const before = points[index - 1]
    if (before !== undefined) area += ((point.recall + before.recall) / 2) * Math.log2(point.budget / before.budget)
  }
  return area / Math.log2(last.budget / first.budget)
}
