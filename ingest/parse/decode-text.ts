export interface DecodedText {
  readonly text: string
  readonly warnings: readonly string[]
}

/**
 * Text of bytes, or null where they are no text. UTF-8, and UTF-16 with a byte-order mark, as they stand. Bytes that are not UTF-8: a file with
 * some valid characters beyond ASCII is damaged UTF-8 and each bad place becomes U+FFFD; one without is read as windows-1252. Both are warned of.
 */
export function decodeText(bytes: Uint8Array): DecodedText | null {
  const utf16 = utf16Of(bytes)
  if (utf16 !== null) return decodeUtf16(bytes, utf16)
  if (bytes.includes(0)) return null
  const strict = decodeStrictly(bytes)
  if (strict !== null) return isText(strict) ? { text: strict, warnings: [] } : null
  const lenient = new TextDecoder('utf-8').decode(bytes)
  const bad = count(lenient, isBad)
  const good = count(lenient, (code) => code > 127 && !isBad(code))
  const [text, warning] =
    good > 0
      ? [lenient, `${bad} ${bad === 1 ? 'place is' : 'places are'} not UTF-8 and became U+FFFD`]
      : [new TextDecoder('windows-1252').decode(bytes), 'not UTF-8: read as windows-1252']
  return isText(text) && bad <= BAD_SHARE * lenient.length ? { text, warnings: [warning] } : null
}

/** Text in windows-1252 is mostly ASCII in the languages that it was made for. */
const BAD_SHARE = 0.3
/** Control characters beyond these two in a hundred are a program or a picture. */
const CONTROL_SHARE = 0.02

const isText = (text: string): boolean => count(text, isControl) <= CONTROL_SHARE * text.length

/** All but tab, line breaks, form feed and escape. */
const isControl = (code: number): boolean => code < 9 || (code > 13 && code < 27) || (code > 27 && code < 32) || (code > 127 && code < 160)
const isBad = (code: number): boolean => code === 0xfffd

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null
}

function decodeUtf16(bytes: Uint8Array, encoding: string): DecodedText | null {
  const text = new TextDecoder(encoding).decode(bytes)
  const bad = count(text, isBad)
  if (!isText(text) || bad > CONTROL_SHARE * text.length) return null
  return { text, warnings: bad > 0 ? [`${bad} ${bad === 1 ? 'place is' : 'places are'} not UTF-16 and became U+FFFD`] : [] }
}

function decodeStrictly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** UTF-16 units, one by one: a file may be nothing but what is counted, and a list of all places larger than the file. */
function count(text: string, isCounted: (code: number) => boolean): number {
  let found = 0
  for (let at = 0; at < text.length; at++) if (isCounted(text.charCodeAt(at))) found++
  return found
}
