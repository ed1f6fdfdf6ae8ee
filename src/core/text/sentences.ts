import type { Span } from '../types.ts'

/**
 * Splits text into sentences, in reading order. The spans carry no white space at their ends and cover everything else.
 *
 * A sentence ends
 * - at `.`, `!`, `?`, `…` with closing quotes or brackets behind it and white space after it, unless the word before is an abbreviation, an initial
 *   or a list number, or the next word starts in lower case where the text knows capitals (decimals, versions and file names have no white
 *   space after their dot);
 * - at `。`, `！`, `？`, `．`, whatever follows;
 * - at a blank line, and at a line break that is not the wrapping of a paragraph: before a list item, after a short or a code-like line.
 */
export function sentences(text: string): readonly Span[] {
  const spans: Span[] = []
  const isCased = knowsCapitals(text)
  let start = 0
  for (const match of text.matchAll(BOUNDARY)) {
    const end = match.index + (match[1] ?? '').length
    const next = match.index + match[0].length
    if (next >= text.length) break
    if (
      match[1] === undefined
        ? isWrapped(text, start, match.index, next, match[0])
        : !endsSentence(text, match.index, match[1], next, isCased)
    )
      continue
    push(spans, text, start, end)
    start = next
  }
  push(spans, text, start, text.length)
  return spans
}

/** Lines that hold something else than white space, without the white space at their ends. */
export function lines(text: string): readonly Span[] {
  const spans: Span[] = []
  let start = 0
  for (const match of text.matchAll(/\r\n|[\n\r\u2028\u2029]/gu)) {
    push(spans, text, start, match.index)
    start = match.index + match[0].length
  }
  push(spans, text, start, text.length)
  return spans
}

/**
 * Either a terminator with its closers (group 1) and the white space behind it, or a line break and the white space behind it. Runs are bounded and
 * nothing is matched backwards, so that no text takes more than linear time.
 */
const BOUNDARY = /([.!?…]{1,8}["'”’»)\]*_`]{0,8}(?=\s)|[。！？．]{1,8}["'”’」』）)\]]{0,8})\s*|\n\s*/gu

/** Words that carry a dot in the middle of a sentence. Compared in lower case, without the last dot. */
const ABBREVIATIONS = new Set(
  (
    'mr mrs ms dr prof st jr sr vs cf approx dept est fig figs eq eqs sec no nos vol pp ed eds al inc ltd corp e.g i.e a.k.a p.s resp incl excl ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec gen col sgt capt lt rev hon gov pres ca bzw ggf inkl nr abs bd evtl usw u.a z.b d.h vgl u.s u.k u.n'
  ).split(' '),
)

/** How far back the word before a dot is looked for; longer words are no abbreviations. */
const WORD_REACH = 16

/** Fewer capitals than this are names here and there in a text that was lower-cased. */
const CAPITALS_PER_SMALL_LETTER = 1 / 200
/** Most letters are found by their unit; expressions that know all letters take ten times as long. */
const [A_CAPITAL, Z_CAPITAL, A_SMALL, Z_SMALL, LAST_ASCII] = [65, 90, 97, 122, 127]

function knowsCapitals(text: string): boolean {
  let [capitals, small, others] = [0, 0, 0]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= A_SMALL && unit <= Z_SMALL) small++
    else if (unit >= A_CAPITAL && unit <= Z_CAPITAL) capitals++
    else if (unit > LAST_ASCII) others++
  }
  if (others > 0) {
    capitals += text.match(/[\p{Lu}--\p{ASCII}]/gv)?.length ?? 0
    small += text.match(/[\p{Ll}--\p{ASCII}]/gv)?.length ?? 0
  }
  return capitals > small * CAPITALS_PER_SMALL_LETTER
}

function endsSentence(text: string, at: number, terminator: string, next: number, isCased: boolean): boolean {
  if (!terminator.startsWith('.') || terminator.startsWith('..')) return true
  const following = text.slice(next, next + 2)
  if (isCased && /^\p{Ll}/u.test(following) && !text.slice(at, next).includes('\n')) return false
  const word = /[\p{L}\p{N}.]+$/u.exec(text.slice(Math.max(0, at - WORD_REACH), at))?.[0] ?? ''
  if (ABBREVIATIONS.has(word.toLowerCase())) return false
  if (/^\p{Lu}$/u.test(word)) return false
  return !(/^\d{1,3}$/u.test(word) && /(?:^|\n)\s*$/u.test(text.slice(Math.max(0, at - word.length - WORD_REACH), at - word.length)))
}

/** Shorter lines are not full lines of a wrapped paragraph. */
const WRAP_COLUMN = 40

/** Whether the line break between `end` and `next` only wraps a paragraph. */
function isWrapped(text: string, start: number, end: number, next: number, space: string): boolean {
  if (space.indexOf('\n') !== space.lastIndexOf('\n')) return false
  const following = text.slice(next, next + 40)
  if (/^(?:[-*+•|>#]|\d{1,3}[.)]|\p{L}[.)])\s|^(?:```|~~~|\||<\/?\w|\/\/)/u.test(following)) return false
  const line = text.slice(Math.max(start, text.lastIndexOf('\n', end - 1) + 1), end).trimEnd()
  if (line.length < WRAP_COLUMN || /[;{}=\\|:]$|^\s*(?:#|\/\/|```|~~~|\|)/u.test(line)) return false
  const indent = (space.split('\n')[1] ?? '').length
  return indent <= 8 && /^[\p{L}\p{N}"'“‘(`*_[<&$]/u.test(following)
}

function push(spans: Span[], text: string, start: number, end: number): void {
  const piece = text.slice(start, end)
  const trimmed = piece.trim()
  if (trimmed === '') return
  const from = start + piece.length - piece.trimStart().length
  spans.push({ start: from, end: from + trimmed.length })
}
