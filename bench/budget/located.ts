import type { Span } from '../../src/core/types.ts'

const OPENING = /[\s"'`’‘“”.,;:!?()[\]{}\-–—]+/gu

/**
 * Where a sentence stands in a text that spaces or quotes it in another way: both are compared by their characters other than white
 * space and punctuation. Null where it does not stand there.
 */
export function locate(sentence: string, text: string): Span | null {
  const wanted = sentence.replaceAll(OPENING, '').toLowerCase()
  if (wanted === '') return null
  const kept: number[] = []
  let squeezed = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character.replace(OPENING, '') === '') continue
    const lower = character.toLowerCase()
    squeezed += lower
    for (let unit = 0; unit < lower.length; unit += 1) kept.push(at)
  }
  const found = squeezed.indexOf(wanted)
  if (found < 0) return null
  return { start: kept[found] ?? 0, end: (kept[found + wanted.length - 1] ?? 0) + 1 }
}
