import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Encoding } from '../core/types.ts'

const packages = createRequire(import.meta.url)

/**
 * How an encoding cuts a text into pieces before it looks for tokens: no token spans two of them, so counts of pieces add up to the count of the
 * text. The pattern is the one that comes with the encoding, in the dialect of its makers; in JavaScript's, `\s` is another set and there
 * are no possessive quantifiers, which only save time.
 */
export function piecePattern(encoding: Encoding): RegExp {
  const file = packages.resolve(`tiktoken/encoders/${encoding}.json`)
  const { pat_str: pattern } = JSON.parse(readFileSync(file, 'utf8')) as { readonly pat_str: string }
  const translated = pattern
    .replaceAll(String.raw`\s`, String.raw`\p{White_Space}`)
    .replaceAll(String.raw`\S`, String.raw`\P{White_Space}`)
    .replaceAll(/([?+*])\+/gu, '$1')
  return new RegExp(translated, 'gu')
}

/** Scripts in which Unicode adds nothing any more; of others two versions of it may disagree about what is a letter. */
const OTHER_SCRIPTS = /[^\0-\u052f\u2000-\u2bff]/u

/** Whether JavaScript certainly cuts this text as the encoding would. */
export const isCutAlike = (text: string): boolean => !OTHER_SCRIPTS.test(text)
