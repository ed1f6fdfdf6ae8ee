import type { Outcome } from './load.ts'
import { createSeenIds } from './seen-ids.ts'

/** What a load has met, for whoever removes what it has not. */
export interface Observed {
  add(outcome: Pick<Outcome, 'id' | 'failure'>): void
  /** Whether a document was met, or may stand behind something that could not be read. */
  has(id: string): boolean
  /** Why nothing can be said about what is gone; null where it can. */
  readonly doubt: string | null
}

/** Failed files whose documents, as they were before, are kept; with more of them nothing is removed. */
export const REMEMBERED_FAILURES = 1000

export function createObserved(): Observed {
  const seen = createSeenIds()
  const hidden = new Set<string>()
  let doubt: string | null = null
  return {
    add({ id, failure }) {
      seen.add(id)
      if (failure === null) return
      if (failure.hides === 'anything') doubt ??= `${id}: ${failure.message}`
      else if (hidden.size < REMEMBERED_FAILURES) hidden.add(`${id}/`)
      else doubt ??= `more than ${REMEMBERED_FAILURES} files could not be read`
    },
    has: (id) => seen.has(id) || isBelow(id, hidden),
    get doubt() {
      return doubt
    },
  }
}

function isBelow(id: string, prefixes: ReadonlySet<string>): boolean {
  if (prefixes.size === 0) return false
  for (let end = id.indexOf('/'); end !== -1; end = id.indexOf('/', end + 1)) if (prefixes.has(id.slice(0, end + 1))) return true
  return false
}
