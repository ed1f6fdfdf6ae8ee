import { normalise } from '../text/normalise.ts'

/**
 * What decides that two texts of nearly the same words still say two things: numbers, negations, opposites, names, identifiers and comparisons, in their order
 * within each sentence (`at least 5 and at most 10` is not `at least 10 and at most 5`), whatever the order of the sentences.
 */
export function statementOf(text: string): string {
  const sentences: string[] = []
  let sentence: string[] = []
  let isFirst = true
  for (const [token] of text.matchAll(TOKEN)) {
    if (END.test(token)) {
      if (sentence.length > 0) sentences.push(sentence.join(' '))
      sentence = []
      isFirst = true
      continue
    }
    if (SYMBOL.test(token)) sentence.push(token)
    else {
      // A capital at the beginning of a sentence tells nothing; inside a word (`maxRows`, `HTTP`) it does.
      if (ODD.test(token) || (!isFirst && CAPITAL.test(token)) || POLAR.has(token.toLowerCase())) sentence.push(normalise(token))
      isFirst = false
    }
  }
  if (sentence.length > 0) sentences.push(sentence.join(' '))
  return sentences.sort().join('\n')
}

/**
 * Words that each text repeats and the other does not have at all, sorted; none where only one has such words. Sibling pages (`delete a user`, `delete a group`) have
 * one word in the place of another all through; an edit here and there, and a sentence more, do not.
 */
export function exchangedWords(a: string, b: string): readonly string[] {
  const [left, right] = [wordCounts(a), wordCounts(b)]
  const only = (own: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): string[] =>
    [...own].filter(([word, times]) => times > 1 && !other.has(word)).map(([word]) => word)
  const [ofA, ofB] = [only(left, right), only(right, left)]
  return ofA.length === 0 || ofB.length === 0 ? [] : [...ofA, ...ofB].sort()
}

function wordCounts(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const [word] of normalise(text).matchAll(/[\p{L}\p{N}_]+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}

/** Words, the ends of sentences, comparisons, signs in front of numbers and units of money and share. */
const TOKEN = /[\p{L}\p{M}\p{N}_]+|[.!?…](?=\s|$)|[。！？\n]|[<>=!]=?=?|&&|\|\||[+\-−±](?=\p{N})|[%$€£¥°≤≥≠≈×÷]/gu
const END = /^[.!?…。！？\n]$/u
const SYMBOL = /^[^\p{L}\p{M}\p{N}_]/u
/** A number, an underscore, or a capital that is not the first letter. */
const ODD = /[\p{N}_]|.\p{Lu}/u
const CAPITAL = /^\p{Lu}/u

/** Negations, and words of which documentation uses one where it means the opposite of the other. */
const POLAR: ReadonlySet<string> = new Set(
  (
    'not no never none neither nor without cannot t nothing nobody nowhere except unless only always ' +
    'kein keine keinen keinem keiner keines nicht nie niemals ohne nichts niemand nur immer außer ' +
    'enable enables enabled disable disables disabled on off true false yes allow allows allowed deny denies denied forbid forbidden permit permitted ' +
    'before after above below over under more less fewer least most minimum maximum min max first last increase increases decrease decreases ' +
    'required optional mandatory must may should can must include includes included exclude excludes excluded add adds added remove removes removed ' +
    'supported unsupported deprecated recommended discouraged valid invalid public private internal external synchronous asynchronous ' +
    'start starts stop stops open opens close closes opened closed success failure succeeds fails read write ascending descending inclusive exclusive'
  ).split(' '),
)
