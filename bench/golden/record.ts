import type { GoldenCase } from './case.ts'
import type { Expectation } from './verdict.ts'

/** What a figure may lose before it counts: about two of seventy questions. */
const TOLERANCE = 0.03
/** Tokens differ with every edit of the documents; a tenth is a change of behaviour. */
const TOKEN_SHARE = 0.1

/** The case with the measured figures as its expectation; tolerances that it names already stay. */
export function recordExpected(golden: GoldenCase, figures: Readonly<Record<string, number>>): GoldenCase {
  const entries = Object.entries(figures).map(([metric, value]) => [metric, expectation(metric, value, golden.expected[metric])] as const)
  return { ...golden, expected: Object.fromEntries(entries) }
}

function expectation(metric: string, value: number, before: Expectation | undefined): Expectation {
  const tokens = metric.startsWith('context_tokens')
  const better = tokens || metric.startsWith('unanswerable') ? 'lower' : 'higher'
  const figure = Number(value.toFixed(tokens ? 0 : 3))
  return { figure, tolerance: before?.tolerance ?? (tokens ? Math.ceil(figure * TOKEN_SHARE) : TOLERANCE), better }
}
