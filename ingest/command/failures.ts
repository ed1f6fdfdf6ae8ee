export interface Failure {
  readonly id: string
  readonly code: string
  readonly message: string
}

/** Failed documents of a load: all are counted, the first are named. */
export interface Failures {
  readonly count: number
  readonly byCode: ReadonlyMap<string, number>
  readonly first: readonly Failure[]
  add(failure: Failure): void
}

/** In the report; on a terminal fewer. */
const NAMED_FAILURES = 1000

export function createFailures(): Failures {
  const byCode = new Map<string, number>()
  const first: Failure[] = []
  let count = 0
  return {
    get count() {
      return count
    },
    byCode,
    first,
    add({ id, code, message }) {
      count++
      byCode.set(code, (byCode.get(code) ?? 0) + 1)
      if (first.length < NAMED_FAILURES) first.push({ id, code, message })
    },
  }
}
