import { sentences } from '../../src/core/text/sentences.ts'

/** Sentences that share this much of their words say the same. */
const SIMILAR = 0.8
/** Shorter ones are alike by chance. */
const FEWEST_WORDS = 5

/** As words are told apart here: `don't` is `don` and `t`. */
export const NEGATIONS: ReadonlySet<string> = new Set(['no', 'not', 'never', 'none', 'nor', 'neither', 'cannot', 'without', 't'])

interface Sentence {
  readonly tokens: number
  readonly words: ReadonlySet<string>
  /** Numbers and negations in order: sentences that differ in one say something else. */
  readonly telling: string
}

export interface Redundancy {
  readonly tokens: number
  readonly redundant: number
}

/** Counts the body tokens of sentences that repeat an earlier one of the same context, nearly or exactly (Jaccard similarity of their words, same numbers and negations). */
export function createRedundancyMeter(count: (text: string) => number): (bodies: readonly string[]) => Redundancy {
  const known = new Map<string, readonly Sentence[]>()
  const sentencesOf = (body: string): readonly Sentence[] => {
    const found = known.get(body) ?? sentences(body).map(({ start, end }) => sentenceOf(body.slice(start, end), count))
    known.set(body, found)
    return found
  }
  return (bodies) => {
    const earlier: Sentence[] = []
    let tokens = 0
    let redundant = 0
    for (const body of bodies) {
      for (const sentence of sentencesOf(body)) {
        tokens += sentence.tokens
        if (sentence.words.size < FEWEST_WORDS) continue
        if (earlier.some((other) => isNearly(sentence, other))) redundant += sentence.tokens
        else earlier.push(sentence)
      }
    }
    return { tokens, redundant }
  }
}

function sentenceOf(text: string, count: (text: string) => number): Sentence {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const telling = words.filter((word) => /\p{N}/u.test(word) || NEGATIONS.has(word)).join(' ')
  return { tokens: count(text), words: new Set(words), telling }
}

function isNearly(a: Sentence, b: Sentence): boolean {
  const [small, large] = a.words.size < b.words.size ? [a.words, b.words] : [b.words, a.words]
  if (small.size / large.size < SIMILAR || a.telling !== b.telling) return false
  let shared = 0
  for (const word of small) if (large.has(word)) shared += 1
  return shared / (small.size + large.size - shared) >= SIMILAR
}
