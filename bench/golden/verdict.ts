export interface Expectation {
  readonly figure: number
  /** This much worse is still `ok`, twice as much `near`. */
  readonly tolerance: number
  readonly better: 'higher' | 'lower'
}

export type Verdict = 'ok' | 'near' | 'fail'

export interface Judged extends Expectation {
  readonly metric: string
  readonly measured: number | null
  readonly verdict: Verdict
}

/** Better than expected is `ok`; a figure that was not measured is `fail`. */
export function judge(measured: number | undefined, { figure, tolerance, better }: Expectation): Verdict {
  if (measured === undefined) return 'fail'
  const worse = better === 'higher' ? figure - measured : measured - figure
  // 0.9 - 0.88 is a little more than 0.02 in floating point.
  const slack = 1e-9
  return worse <= tolerance + slack ? 'ok' : worse <= 2 * tolerance + slack ? 'near' : 'fail'
}

export const judgeAll = (measured: Readonly<Record<string, number>>, expected: Readonly<Record<string, Expectation>>): readonly Judged[] =>
  Object.entries(expected).map(([metric, expectation]) => ({
    metric,
    ...expectation,
    measured: measured[metric] ?? null,
    verdict: judge(measured[metric], expectation),
  }))

/** The worst of all; a case that expects nothing has failed, since it would pass whatever happens. */
export function overall(judged: readonly Judged[]): Verdict {
  if (judged.length === 0 || judged.some(({ verdict }) => verdict === 'fail')) return 'fail'
  return judged.some(({ verdict }) => verdict === 'near') ? 'near' : 'ok'
}
