import type { ChunkId, DocumentId } from '../../src/core/ids.ts'
import type { Passage, Unit, Variant } from '../../src/core/packing/passage.ts'
import type { PackRules } from '../../src/core/packing/rules.ts'
import { createPrng } from '../prng.ts'

/** Everything that one packing is given, drawn from a seed: text of words, so that near-identical units are found and not planted. */
export interface Draw {
  readonly texts: readonly string[]
  /** With clusters as they were found. */
  passages(clusters: readonly number[]): readonly Passage[]
}

const UNITS = 9
/** Letters only, since a number makes another statement. */
const LETTERS = Array.from('abcdefghijklmnopq')
const WORDS = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => `x${a}${b}${c}`)))
const FACETS = 3
/** Share of units that repeat an earlier one with one word changed. */
const REPEATED = 0.1
/** Passages of one document, and documents of one source, on average. */
const PER_DOCUMENT = 3
const PER_SOURCE = 5

export const rulesOf = (tokens: number): PackRules => ({
  tokens,
  maxItems: 50,
  maxDocuments: Infinity,
  tokensPerDocument: Math.floor(tokens * 0.6),
  tokensPerSource: tokens,
  requiredTokens: 0,
  repeatedShare: 0.05,
  pricePer1kTokens: 0,
  facets: Array.from({ length: FACETS }, () => ({ weight: 0.5 })),
})

export function draw(candidates: number, variants: number, seed: number): Draw {
  const random = createPrng(seed)
  const nat = (below: number): number => Math.floor(random() * below)
  const word = (): string => WORDS[Math.floor(random() ** 3 * WORDS.length)] ?? ''
  const texts: string[] = []
  for (let at = 0; at < candidates * UNITS; at++) {
    const words = random() < REPEATED && at > 0 ? (texts[nat(at)] ?? '').split(' ') : Array.from({ length: 8 + nat(20) }, word)
    texts.push(words.with(nat(words.length), word()).join(' '))
  }
  const units = texts.map((text): Omit<Unit, 'cluster'> => ({
    span: { start: 0, end: text.length },
    text,
    lead: 0,
    tokens: Math.ceil(text.length / 3),
    value: random() ** 4,
    facets: Array.from({ length: FACETS }, () => Math.max(0, random() - 0.7)),
  }))
  const documents = Array.from({ length: candidates }, () => nat(Math.ceil(candidates / PER_DOCUMENT)))
  const chains = Array.from({ length: candidates }, () => nat(UNITS))
  return { texts, passages: (clusters) => documents.map((document, index) => passageOf(document, index, clusters)) }

  function passageOf(document: number, index: number, clusters: readonly number[]): Passage {
    const own = units
      .slice(index * UNITS, (index + 1) * UNITS)
      .map((unit, at): Unit => ({ ...unit, cluster: clusters[index * UNITS + at] ?? 0 }))
    const chunk = `c${index}` as ChunkId
    return {
      chunk,
      doc: `d${document}` as DocumentId,
      source: `s${Math.floor(document / PER_SOURCE)}`,
      rank: index + 1,
      headTokens: 12,
      required: false,
      units: own,
      parts: [{ chunk, from: 0, to: UNITS }],
      variants: chainOf(own, chains[index] ?? 0, variants),
    }
  }
}

/** `count` runs around a unit, evenly grown to all of them. */
function chainOf(units: readonly Unit[], core: number, count: number): readonly Variant[] {
  return Array.from({ length: count }, (_, level): Variant => {
    const share = count === 1 ? 1 : level / (count - 1)
    const from = Math.floor(core * (1 - share))
    const to = core + 1 + Math.ceil((units.length - core - 1) * share)
    const tokens = units.slice(from, to).reduce((sum, unit) => sum + unit.tokens, 6)
    return { kind: level === count - 1 ? 'chunk' : 'sentences', from, to, tokens }
  })
}
