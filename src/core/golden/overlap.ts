import type { Span } from '../types.ts'

export const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end

/** Share of `target` that `spans` cover together, 0 to 1. */
export function coveredShare(target: Span, spans: readonly Span[]): number {
  const inside = spans.filter((span) => overlaps(span, target)).sort((a, b) => a.start - b.start)
  let covered = 0
  let reached = target.start
  for (const { start, end } of inside) {
    const from = Math.max(start, reached)
    const to = Math.min(end, target.end)
    if (to > from) covered += to - from
    reached = Math.max(reached, to)
  }
  return covered / (target.end - target.start)
}
