import { sentences } from '../../src/core/text/sentences.ts'
import { createPrng } from '../prng.ts'
import { shuffle } from '../shuffle.ts'

/** How a copy came about. `restated` says something else in one place: a number is another, or a negation was added. */
export type PlantKind = 'edited' | 'reordered' | 'edited and reordered' | 'framed' | 'restated'

export interface Planted {
  readonly kind: PlantKind
  /** Position of the original. */
  readonly base: number
  readonly text: string
}

const KINDS: readonly PlantKind[] = ['edited', 'reordered', 'edited and reordered', 'framed', 'restated']
const EDITED = { least: 0.02, most: 0.1 }
const EDITABLE = /^[a-z]{4,}$/
/** What a site puts around its texts; a frame of 2 to 12 words. */
const FRAME = 'this page is kept by its authors please tell us whether it helped you and what we could say better'.split(' ')

/** One copy of each kind of every passage, with a seed of its own. */
export function plant(passages: readonly string[], seed: number): readonly Planted[] {
  const vocabulary = [...new Set(passages.flatMap((text) => text.split(/\s+/).filter((word) => EDITABLE.test(word))))]
  return passages.flatMap((text, base) =>
    KINDS.map((kind, at) => ({ kind, base, text: planted(text, kind, vocabulary, createPrng(seed + base * KINDS.length + at)) })),
  )
}

function planted(text: string, kind: PlantKind, vocabulary: readonly string[], random: () => number): string {
  switch (kind) {
    case 'edited':
      return edited(text, vocabulary, random)
    case 'reordered':
      return reordered(text, random)
    case 'edited and reordered':
      return reordered(edited(text, vocabulary, random), random)
    case 'framed':
      return `${frame(random)}\n\n${text}\n\n${frame(random)}`
    case 'restated':
      return restated(text, random)
  }
}

/** 2 to 10 % of the words left out, replaced or doubled with another one. */
function edited(text: string, vocabulary: readonly string[], random: () => number): string {
  const share = EDITED.least + random() * (EDITED.most - EDITED.least)
  const another = () => vocabulary[Math.floor(random() * vocabulary.length)] ?? ''
  return text.replaceAll(/[^\s]+/g, (word) => {
    if (random() >= share || !EDITABLE.test(word)) return word
    const what = random()
    return what < 0.7 ? another() : what < 0.85 ? `${word} ${another()}` : ''
  })
}

/** Sentences change places, each with the white space behind it: what ends at a line break still does. */
function reordered(text: string, random: () => number): string {
  const spans = sentences(text)
  const pieces = spans.map(({ start }, at) => text.slice(start, spans[at + 1]?.start ?? text.length))
  const last = pieces.length - 1
  return shuffle(
    pieces.map((piece, at) => (at === last ? `${piece}\n` : piece)),
    random,
  )
    .join('')
    .trim()
}

function frame(random: () => number): string {
  const words = 2 + Math.floor(random() * 11)
  return `${shuffle(FRAME, random).slice(0, words).join(' ')}.`
}

function restated(text: string, random: () => number): string {
  const numbers = [...text.matchAll(/\d+/g)]
  const number = numbers[Math.floor(random() * numbers.length)]
  if (number !== undefined) return splice(text, number.index, number[0].length, String(Number(number[0]) + 1 + Math.floor(random() * 9)))
  const gap = text.indexOf(' ', Math.floor(random() * text.length * 0.8))
  return gap < 0 ? `not ${text}` : splice(text, gap, 1, ' not ')
}

const splice = (text: string, at: number, length: number, by: string): string => text.slice(0, at) + by + text.slice(at + length)
