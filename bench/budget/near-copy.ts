import { sentences } from '../../src/core/text/sentences.ts'
import type { Span } from '../../src/core/types.ts'
import { shuffle } from '../shuffle.ts'
import { NEGATIONS } from './redundancy.ts'

/** A word of a copy and the word of the original that it stands for. */
export interface Stretch {
  readonly copy: Span
  readonly origin: Span
}

export interface NearCopy {
  readonly text: string
  /** In order of the copy; neighbours that are neighbours in the original too are one stretch. */
  readonly stretches: readonly Stretch[]
}

/** Share of the words that an editor changed. */
const EDITED = { least: 0.02, most: 0.1 }
/** Share of the sentences that change places with the next one. */
const SWAPPED = 0.3
/** Numbers, names and negations stay: a copy says the same. */
const EDITABLE = /^[a-z]{4,}$/

const isEditable = (word: string): boolean => EDITABLE.test(word) && !NEGATIONS.has(word)

/** The text as somebody else would have kept it: 2 to 10 % of its words replaced by others of the same text, some neighbouring sentences swapped. */
export function nearCopy(text: string, random: () => number): NearCopy {
  const rate = EDITED.least + random() * (EDITED.most - EDITED.least)
  const wordsOf = ({ start, end }: Span) =>
    [...text.slice(start, end).matchAll(/\S+/g)].map((match) => ({
      start: start + match.index,
      end: start + match.index + match[0].length,
    }))
  const ordered = reordered(sentences(text), random).map(wordsOf)
  const words = ordered.flat()
  const editable = words.filter(({ start, end }) => isEditable(text.slice(start, end)))
  const edited = new Set(shuffle(editable, random).slice(0, Math.round(words.length * rate)))
  const another = () => editable[Math.floor(random() * editable.length)]
  const stretches: Stretch[] = []
  let copy = ''
  for (const [index, word] of words.entries()) {
    const source = edited.has(word) ? (another() ?? word) : word
    const before = words[index - 1]
    const follows = before !== undefined && /^\s+$/.test(text.slice(before.end, word.start))
    copy += index === 0 ? '' : spaceBefore(text, word.start)
    const start = copy.length
    copy += text.slice(source.start, source.end)
    const last = stretches.at(-1)
    if (follows && last !== undefined && !edited.has(word) && !edited.has(before)) {
      stretches[stretches.length - 1] = { copy: { ...last.copy, end: copy.length }, origin: { ...last.origin, end: word.end } }
    } else stretches.push({ copy: { start, end: copy.length }, origin: word })
  }
  return { text: copy, stretches }
}

function reordered(spans: readonly Span[], random: () => number): readonly Span[] {
  const order = [...spans]
  for (let at = 0; at + 1 < order.length; at += 1) {
    const [first, second] = order.slice(at, at + 2)
    if (first === undefined || second === undefined || random() >= SWAPPED) continue
    order.splice(at, 2, second, first)
    at += 1
  }
  return order
}

/** A sentence that moves takes the line break before it along, or what ends where would be lost. */
const spaceBefore = (text: string, start: number): string => {
  const before = text.slice(0, start)
  return before.slice(before.trimEnd().length) || ' '
}
