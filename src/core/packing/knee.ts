import type { Step } from './selection.ts'

/** Smallest distance from the straight line, as a share of the whole value, that makes a knee. */
const LEAST_BEND = 0.1

/**
 * Tokens at the knee of the curve of value over tokens that the steps of a packing draw: where, both axes scaled to 1, the curve lies farthest above the
 * straight line to its end (Satopää, Albrecht, Irwin and Raghavan 2011, "Finding a kneedle in a haystack", without the smoothing, which a curve made of
 * greedy steps does not need). The fewest tokens of equals. A curve that bends nowhere has no knee: each token brings as much as the others, and all are worth it. 0 without steps.
 */
export function kneeTokens(steps: readonly Pick<Step, 'tokens' | 'gain'>[]): number {
  const all = steps.reduce((sum, step) => ({ tokens: sum.tokens + step.tokens, gain: sum.gain + step.gain }), { tokens: 0, gain: 0 })
  if (all.gain <= 0) return all.tokens
  let [knee, bend] = [all.tokens, LEAST_BEND]
  let [tokens, value] = [0, 0]
  for (const step of steps) {
    tokens += step.tokens
    value += step.gain
    const above = value / all.gain - tokens / all.tokens
    if (above > bend) [knee, bend] = [tokens, above]
  }
  return knee
}
