import { isTokenSeam } from '../core/text/token-seam.ts'

/** A stretch of a text that a byte-pair encoder can take (`countable`), or one without a seam that it would be quadratic on. */
export interface Stretch {
  readonly text: string
  readonly countable: boolean
}

/**
 * Cuts a text at seams so that every stretch longer than `limit` UTF-16 units without a seam stands alone, marked as not
 * countable. Seams are where token counts add up (`isTokenSeam`), so counts of stretches add up to the count of the whole.
 *
 * A text without such a run comes back whole. Linear in its length: within `limit` units the last seam is looked for
 * backwards, and found after a few steps in ordinary text.
 */
export function* stretches(text: string, limit: number): Generator<Stretch> {
  let from = 0
  let at = 0
  while (text.length - at > limit) {
    const seam = lastSeam(text, at, at + limit)
    if (seam > at) {
      at = seam
      continue
    }
    const end = nextSeam(text, at + limit + 1)
    if (at > from) yield { text: text.slice(from, at), countable: true }
    yield { text: text.slice(at, end), countable: false }
    from = at = end
  }
  if (from < text.length) yield { text: text.slice(from), countable: true }
}

function lastSeam(text: string, after: number, from: number): number {
  let at = from
  while (at > after && !isTokenSeam(text, at)) at--
  return at
}

function nextSeam(text: string, from: number): number {
  let at = from
  while (at < text.length && !isTokenSeam(text, at)) at++
  return at
}
