import { bare, isIdentifier } from './identifiers.ts'

/** Longer runs without white space are keys, hashes and base64. Scripts written without blanks are left alone: this is about ASCII. */
const MAX_RUN = 80

const NOISE: readonly RegExp[] = [
  /^\d{4}[-/]\d\d[-/]\d\d(?:T[\d:.,Z+-]*)?$/, // dates and timestamps
  /^\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/, // clock times
  /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i, // UUIDs
  /^0x[\da-f]{9,}$/i, // memory addresses
  /^[\da-f]{32,}$/i, // hashes
  /^[\p{P}\p{S}]+$/u, // rules, arrows, loose punctuation
]
/** `-----`, `=====>`, `***`. */
const RULE = /^[\p{P}\p{S}]{3,}$/u
/** Colours of terminals. */
const ANSI = /\u001b\[[\d;]{0,20}[a-z]/gi

/**
 * Pasted data as words: no escape sequences, timestamps, UUIDs, addresses, hashes, long keys or loose punctuation, and each
 * token freed of the punctuation around it. Repeated tokens stand once.
 */
export function wordsOfData(text: string): string[] {
  const tokens = text
    .replace(ANSI, '')
    .replace(/[{}[\]"'`,;|<>()\\]+|[:=](?=["'\s{[]|$)|":/g, ' ')
    .split(/\s+/)
  return [...new Set(tokens.map((token) => (isIdentifier(token) ? token : bare(token))))].filter((word) => word !== '' && !isNoise(word))
}

/** Prose without escape sequences, long keys and rules of punctuation; its dates, numbers and signs are part of what is said. */
export function withoutNoise(prose: string): string {
  const tokens = prose.replace(ANSI, '').split(/\s+/)
  return tokens
    .filter((token) => !isLongRun(token) && !RULE.test(token))
    .join(' ')
    .trim()
}

const isNoise = (token: string): boolean => isLongRun(token) || NOISE.some((noise) => noise.test(token))

const isLongRun = (token: string): boolean => token.length > MAX_RUN && /^[\x21-\x7e]+$/.test(token)
