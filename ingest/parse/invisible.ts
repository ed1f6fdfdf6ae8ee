/** Characters that no reader sees, and what was taken out. */
export interface Visible {
  readonly text: string
  /** Ranges of the text as it was that are gone, in order, not touching. */
  readonly removed: readonly { readonly start: number; readonly end: number }[]
  /** Characters that turn the direction of reading, as against other invisible ones. */
  readonly bidirectional: number
  readonly invisible: number
}

/**
 * Code points that show nothing: control characters, zero-width ones, joiners, direction marks and overrides, fillers, variation selectors and
 * tags. Unicode 16, general categories Cc and Cf with the Default_Ignorable_Code_Point property, without those that are part of a script's
 * own spelling.
 */
const SUSPECT =
  /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e01ef}]/gu

const BIDIRECTIONAL = /^[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]$/u
const JOINER = /^[\u200c\u200d]$/u
const SOFT_HYPHEN = '\u00ad'

/** Scripts in which a joiner decides about the shape of letters: Unicode 16, chapters 9 and 12 to 16. */
const JOINING =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mandaic}\p{Script=Mongolian}\p{Script=Phags_Pa}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Myanmar}\p{Script=Khmer}\p{Script=Tibetan}\p{Script=Balinese}\p{Script=Javanese}\p{M}]$/u
const PICTURE = /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)$/u
const FLAG = '\u{1f3f4}'
/** The only regions whose flags are written with tags (emoji-sequences of Unicode 16): England, Scotland and Wales. */
const FLAGS = ['gbeng', 'gbsct', 'gbwls'].map(
  (region) => region.replace(/./gu, (letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))) + '\u{e007f}',
)
/** The last tag of a flag stands at most this far behind its beginning. */
const FLAG_UNITS = Math.max(...FLAGS.map(({ length }) => FLAG.length + length))

/**
 * Takes out what a reader does not see but a model reads, or that shows text in another order than it stands in. Kept are joiners between letters
 * of scripts that need them and inside emoji, one variation selector behind a character that has variants, and the tags of regional flags.
 * Doing it twice changes nothing.
 */
export function visibleText(text: string): Visible {
  const removed: { start: number; end: number }[] = []
  let [bidirectional, invisible, end] = [0, 0, 0]
  let last = ''
  for (const { 0: character, index } of text.matchAll(SUSPECT)) {
    if (index > end) last = lastCharacter(text, end, index)
    end = index + character.length
    if (isKept(character, last, text, index)) {
      last = character
      continue
    }
    const before = removed.at(-1)
    if (before?.end === index) before.end = end
    else removed.push({ start: index, end })
    if (BIDIRECTIONAL.test(character)) bidirectional++
    else if (character !== SOFT_HYPHEN) invisible++
  }
  return { text: removed.length === 0 ? text : without(text, removed), removed, bidirectional, invisible }
}

/** `last` is the last character that was kept. */
function isKept(character: string, last: string, text: string, index: number): boolean {
  const code = character.codePointAt(0) ?? 0
  if (JOINER.test(character)) {
    const next = String.fromCodePoint(text.codePointAt(index + 1) ?? 0)
    return JOINING.test(last) || (code === 0x200d && PICTURE.test(last) && /^\p{Extended_Pictographic}$/u.test(next))
  }
  if (code === 0xfe0e || code === 0xfe0f) return /^[\p{Emoji}\p{S}\p{P}]$/u.test(last)
  if (code >= 0xfe00 && code <= 0xfe0d) return /^[\p{Script=Han}\p{Sm}\p{Script=Myanmar}\p{Script=Phags_Pa}]$/u.test(last)
  if (code >= 0xe0100) return /^\p{Script=Han}$/u.test(last)
  if (code >= 0x180b && code <= 0x180f) return /^\p{Script=Mongolian}$/u.test(last) && !(last >= '\u180b' && last <= '\u180f')
  if (code >= 0xe0020 && code <= 0xe007f) return isFlagTag(text, index)
  return false
}

function isFlagTag(text: string, index: number): boolean {
  const from = Math.max(0, index - FLAG_UNITS)
  const flag = text.slice(from, index).lastIndexOf(FLAG)
  const tags = from + flag + FLAG.length
  return flag >= 0 && FLAGS.some((each) => text.startsWith(each, tags) && index < tags + each.length)
}

/** The last code point in the range, which holds none that is suspect. */
function lastCharacter(text: string, start: number, end: number): string {
  const unit = text.charCodeAt(end - 1)
  const isPair = unit >= 0xdc00 && unit <= 0xdfff && end - 2 >= start
  return text.slice(isPair ? end - 2 : end - 1, end)
}

function without(text: string, removed: Visible['removed']): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end } of removed) {
    parts.push(text.slice(from, start))
    from = end
  }
  parts.push(text.slice(from))
  return parts.join('')
}
