/** Longer runs without white space are blobs (tokens, base64), not names. Also what keeps every pattern below cheap. */
export const MAX_IDENTIFIER_CHARACTERS = 200

/** Shapes that only names, codes and addresses have. Each is anchored and reads its token once. */
const SHAPES: readonly RegExp[] = [
  /^[\p{L}\d$]+(?:_[\p{L}\d]+)+$/u, // snake_case, UPPER_CODES
  /^_+[\p{L}\d_]+$/u, // __init__
  /^\$\w+$/, // $HOME
  /^--[a-z][\w-]*(?:=\S*)?$/i, // --dry-run
  /^0x[\da-f]+$/i, // 0x80070005
  /^v?\d+(?:\.\d+){2,3}(?::\d+)?(?:[-+][\w.]+)?$/i, // versions, IP addresses with port
  /^@[\w.-]+\/[\w.-]+$/, // @scope/package
  /^[a-z]:\\\S+$/i, // C:\paths
  /^[a-z][a-z\d+]{1,9}:\/\/\S+$/i, // URLs
  /^[\w.-]+@[\w-]+\.[\w.-]+$/, // mail addresses
  /^[\w$]+(?:::|#|->)[\w$]+(?:(?:::|#|->)[\w$]+)*$/, // Class#method, std::string
  /^x-[a-z]+(?:-[a-z]+)*$/i, // X-Request-Id
  /^\w+[._]\w+(?:[._]\w+)*=\S+$/, // vm.overcommit_memory=2
]

const CAMEL = /\p{Ll}\p{Lu}|^\p{Lu}{2,}\p{Ll}{2,}/u
/** Plurals of acronyms and the like: `APIs`, `PDFs`. */
const PLURAL_ACRONYM = /^\p{Lu}+s$/u
const DOTTED = /^[\p{L}_$][\p{L}\d_$-]*(?:\.[\p{L}_$][\p{L}\d_$-]*)+$/u
const LETTER_AND_DIGIT = /^(?=.*\p{L})(?=.*\d)[\p{L}\d][\p{L}\d./:+-]*$/u
/** Everyday mixtures of digits and letters: 19th, 1990s, 100mg, 3-year-old, 14:20h. */
const EVERYDAY_NUMBER =
  /^(?:\d+(?:st|nd|rd|th|s|er|ers)|[\d.,:/]+(?:ms|s|m|h|min|d|k|x|kb|mb|gb|tb|mg|g|kg|mm|cm|km|ml|l|hz|khz|mhz|ghz|w|kw|v|mph|am|pm|bn|eur|usd)|\d+(?:-\p{L}+)+)$/iu
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:/
const LOG_LEVEL = /^(?:ERROR|WARNING|NOTICE|EMERG|EXCEPTION)$/
/** `SIGTERM`, and the names of errno from `EPERM` on. */
const UPPER_CODE = /^(?:\p{Lu}{6,}|E[A-Z]{3,})$/u
/** File paths and routes; braces belong to them. */
const PATH = /^(?:~|\.{0,2})\/[\w.@{}:*-]+(?:\/[\w.@{}:*-]*)*(?<![.:])$/
const LEADING = /^["'`“”„‘’([{<,;:]+/u
const TRAILING: ReadonlySet<string> = new Set('"\'`“”‘’)]}>,;:!?.')

/** The punctuation of the sentence around a token taken away; `parse()` loses its parentheses. */
export function bare(token: string): string {
  // Counted from the end: an expression for the end of a text is tried at each place of a run, which is quadratic on a long one.
  let end = token.length
  while (end > 0 && TRAILING.has(token.charAt(end - 1))) end -= 1
  return token.slice(0, end).replace(LEADING, '').replace(/\($/, '')
}

/** Whether a bare token reads as an identifier, an error code, a path or a version rather than as a word. */
export function isIdentifier(token: string): boolean {
  if (token.length < 2 || token.length > MAX_IDENTIFIER_CHARACTERS) return false
  if (TIMESTAMP.test(token) || LOG_LEVEL.test(token)) return false
  if (PATH.test(token) || SHAPES.some((shape) => shape.test(token))) return true
  if (CAMEL.test(token)) return !PLURAL_ACRONYM.test(token)
  if (DOTTED.test(token)) return token.split('.').some((part) => part.length > 2)
  return LETTER_AND_DIGIT.test(token) && !EVERYDAY_NUMBER.test(token)
}

/** What may follow a word that numbers it: `RFC 9457`, `error 1045`, but not `Bowl 50`. */
const NUMBER = /^\d{2,}(?:[-.]\d+)*$/
const NUMBERED = /^(?:\p{Lu}{2,10}|§+|(?:[Ee]rror|[Ee]rrno|[Cc]ode|[Ss]tatus|[Ee]xit|[Ff]ehler))$/u
const QUOTED = /`([^`\n]{2,80})`|"([^"\n]{2,80})"|“([^”\n]{2,80})”|„([^“”\n]{2,80})[“”]/gu

/**
 * The identifiers of a text in reading order, each once: names, codes, paths, versions (see `isIdentifier`), numbers with what
 * they number (`RFC 9457`, `error 1045`) and, from prose, what stands in quotes or backticks. At most `most`.
 */
export function findIdentifiers(text: string, most: number, quotes: boolean): string[] {
  const found = new Set<string>()
  if (quotes) for (const match of text.matchAll(QUOTED)) found.add((match[1] ?? match[2] ?? match[3] ?? match[4] ?? '').trim())
  const shouted = isShouted(text)
  let before = ''
  for (const token of text.split(/\s+/)) {
    if (token.length > MAX_IDENTIFIER_CHARACTERS) continue
    const word = PATH.test(token) ? token : bare(token)
    if (NUMBER.test(word) && NUMBERED.test(before)) found.add(`${before} ${word}`)
    else for (const name of isNamed(word, shouted) ? [word] : word.split('=')) if (isNamed(name, shouted)) found.add(name)
    before = word
  }
  found.delete('')
  return [...found].slice(0, most)
}

const isNamed = (word: string, isShouting: boolean): boolean =>
  isIdentifier(word) || (!isShouting && UPPER_CODE.test(word) && !LOG_LEVEL.test(word))

/** Upper-case words are codes only where not everything is in upper case. */
function isShouted(text: string): boolean {
  const upper = text.match(/\p{Lu}/gu)?.length ?? 0
  const lower = text.match(/\p{Ll}/gu)?.length ?? 0
  return upper > lower && (text.match(/(?<!\S)\p{Lu}{2,}(?!\S)/gu)?.length ?? 0) > 2
}
