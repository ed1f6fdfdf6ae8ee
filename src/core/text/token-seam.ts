const LETTER = /\p{L}/u
const NUMBER = /\p{N}/u
const LETTER_CONTINUES = /[\p{L}\p{M}']/u
const BLANK = /\s/u
const LINE_BREAK = /[\r\n]/u

/**
 * Whether a piece of the split patterns of OpenAI's encodings always ends before `at`, whatever stands around: a letter before what neither continues a
 * word nor is an apostrophe (contractions), a digit before what is none, or anything visible before a blank that is no line break (line breaks join the
 * punctuation before them). Byte-pair merging never crosses a piece, so token counts add up at such a place, which is not true of arbitrary cuts.
 * Read off the patterns of r50k, p50k, cl100k and o200k. `at` is inside the text, not at its ends.
 */
export function isTokenSeam(text: string, at: number): boolean {
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
