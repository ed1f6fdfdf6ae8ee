import { normalise } from '../text/normalise.ts'
import { mixed } from './mixed.ts'

/** Words of a shingle: with 3 a text of 150 words may have 5 changed at a Jaccard similarity of .8, and sibling pages that differ in a repeated noun stay below it. */
const WORDS = 3

/**
 * The distinct shingles of a text as ascending 32-bit hashes: every run of 3 words inside a sentence; a shorter sentence is one shingle. Reordered sentences change
 * none of them. Decided by the normalised text alone, so that exact duplicates have equal shingles.
 *
 * One pass over UTF-16 units, without an expression that knows letters: everything outside ASCII that is neither punctuation nor white space belongs to a word; what
 * is written without spaces (Han, kana, Thai, Lao, Khmer, Burmese) makes a word of each character.
 */
export function shinglesOf(text: string): Uint32Array {
  const normalised = normalise(text)
  const found = new Uint32Array(normalised.length + 1)
  let [count, words, first, second, word] = [0, 0, 0, 0, 0]

  const endWord = (): void => {
    if (word === 0) return
    if (++words >= WORDS) found[count++] = shingle(first, second, word)
    first = second
    second = word
    word = 0
  }
  const endSentence = (): void => {
    endWord()
    if (words > 0 && words < WORDS) found[count++] = shingle(first, second, words)
    words = first = second = 0
  }

  for (let at = 0; at < normalised.length; at++) {
    const unit = normalised.charCodeAt(at)
    if (isWordUnit(unit)) word = Math.imul(word ^ unit, 0x01000193) || 1
    else if (standsAlone(unit)) {
      endWord()
      word = mixed(unit)
      endWord()
    } else if (isTerminator(unit) && isSpaceOrEnd(normalised, at + 1)) endSentence()
    else endWord()
  }
  endSentence()
  return distinct(found.subarray(0, count).sort())
}

/** |A ∩ B| / |A ∪ B| of two ascending lists without repetition; 1 of two empty ones. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let [shared, i, j] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i] ?? 0, b[j] ?? 0]
    if (left === right) shared += 1
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  const union = a.length + b.length - shared
  return union === 0 ? 1 : shared / union
}

const shingle = (first: number, second: number, third: number): number =>
  mixed(Math.imul(mixed(Math.imul(mixed(first), 0x9e3779b1) ^ second), 0x85ebca6b) ^ third)

function isWordUnit(unit: number): boolean {
  if (unit < 0x80) return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f
  if (unit < 0xc0) return unit === 0xaa || unit === 0xb5 || unit === 0xba
  return !isForeignPunctuation(unit) && !standsAlone(unit)
}

/** General punctuation with its spaces, arrows to box drawing and dingbats stay outside words, as do CJK punctuation and what is left of full-width forms. */
function isForeignPunctuation(unit: number): boolean {
  return (unit >= 0x2000 && unit <= 0x2bff) || (unit >= 0x3000 && unit <= 0x303f) || (unit >= 0xfe10 && unit <= 0xfe6f)
}

function standsAlone(unit: number): boolean {
  return (
    (unit >= 0x3040 && unit <= 0x9fff) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0x0e00 && unit <= 0x0eff) ||
    (unit >= 0x1000 && unit <= 0x109f) ||
    (unit >= 0x1780 && unit <= 0x17ff)
  )
}

const isTerminator = (unit: number): boolean => unit === 0x2e || unit === 0x21 || unit === 0x3f || unit === 0x2026 || unit === 0x3002

const isSpaceOrEnd = (text: string, at: number): boolean =>
  at >= text.length || text.charCodeAt(at) === 0x20 || text.charCodeAt(at - 1) > 0x7f

function distinct(sorted: Uint32Array): Uint32Array {
  let kept = 0
  for (const [at, value] of sorted.entries()) if (at === 0 || value !== sorted[kept - 1]) sorted[kept++] = value
  return sorted.slice(0, kept)
}
