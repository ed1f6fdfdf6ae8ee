/** A stretch of a text that a byte-pair encoder can take (`countable`), or one without a seam that it would be quadratic on. */
export interface Stretch {
  readonly text: string
  readonly countable: boolean
}

const LETTER = /\p{L}/u
const NUMBER = /\p{N}/u
const LETTER_CONTINUES = /[\p{L}\p{M}']/u
const BLANK = /\s/u
const LINE_BREAK = /[\r\n]/u

/**
 * Cuts a text at seams so that every stretch longer than `limit` UTF-16 units without a seam stands alone, marked as not
 * countable. Seams are places where the split pattern of each of the four encodings must end one piece and begin the next
 * whatever stands around them; byte-pair merging never crosses one. So counts of stretches add up to the count of the whole,
 * which is not true of arbitrary cuts.
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
  while (at > after && !isSeam(text, at)) at--
  return at
}

function nextSeam(text: string, from: number): number {
  let at = from
  while (at < text.length && !isSeam(text, at)) at++
  return at
}

/**
 * Whether a piece always ends before `at`: a letter before what neither continues a word nor is an apostrophe (contractions), a
 * digit before what is none, or anything visible before a blank that is no line break (line breaks join the punctuation before
 * them). Read off the patterns of r50k, p50k, cl100k and o200k.
 */
function isSeam(text: string, at: number): boolean {
  const before = codePointBefore(text, at)
  const after = String.fromCodePoint(text.codePointAt(at) ?? 0)
  if (isLowSurrogate(text.charCodeAt(at)) && before.length === 1 && isHighSurrogate(before.charCodeAt(0))) return false
  if (LETTER.test(before)) return !LETTER_CONTINUES.test(after)
  if (NUMBER.test(before)) return !NUMBER.test(after)
  return !BLANK.test(before) && BLANK.test(after) && !LINE_BREAK.test(after)
}

/** The character that ends at `at`; a high surrogate alone when `at` stands inside a pair. */
function codePointBefore(text: string, at: number): string {
  const paired = isLowSurrogate(text.charCodeAt(at - 1)) && isHighSurrogate(text.charCodeAt(at - 2))
  return text.slice(at - (paired ? 2 : 1), at)
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff
const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
