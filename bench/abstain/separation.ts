/** Share of its own answerable questions that a set may lose to abstaining. */
export const OWN_LOST = 0.02

export interface Separation {
  readonly threshold: number
  /** Share of the foreign questions below the threshold. */
  readonly foreign: number
}

/** The highest threshold that at most `OWN_LOST` of the own questions are below, and what it keeps out; null without questions of either kind. */
export function separationOf(own: readonly number[], foreign: readonly number[]): Separation | null {
  if (own.length === 0 || foreign.length === 0) return null
  const threshold = [...own].sort((a, b) => a - b)[Math.floor(OWN_LOST * own.length)] ?? 0
  return { threshold, foreign: foreign.filter((value) => value < threshold).length / foreign.length }
}
