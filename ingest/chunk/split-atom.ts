import type { Atom } from './atoms.ts'

/**
 * Cuts an atom that is too long into about `parts` equal ones: at white space where there is some in the second half of a part, otherwise
 * inside a word, never inside a character. One character stays whole.
 */
export function splitAtom(text: string, atom: Atom, parts: number): readonly Atom[] {
  const size = Math.max(1, Math.ceil((atom.end - atom.start) / parts))
  const pieces: Atom[] = []
  let start = atom.start
  let glued = atom.glued
  while (start < atom.end) {
    const cut = start + size >= atom.end ? atom.end : cutBefore(text, start, start + size)
    const end = start + text.slice(start, cut).trimEnd().length
    if (end > start) pieces.push({ ...atom, start, end, glued, ...(pieces.length > 0 ? { seam: 'word', announced: false } : {}) })
    start = cut + leadingSpace(text.slice(cut, atom.end))
    glued = start === cut && end === cut
  }
  return pieces
}

const leadingSpace = (text: string): number => text.length - text.trimStart().length

/** Marks that belong to the character before them; a longer run of them is no character that anybody reads. */
const CONTINUES = /^[\p{M}\u200d\ufe0f\u{1f3fb}-\u{1f3ff}]/u
const LONGEST_CHARACTER = 16

function cutBefore(text: string, start: number, wanted: number): number {
  const half = start + Math.ceil((wanted - start) / 2)
  const space = /\s(?=\S*$)/u.exec(text.slice(half, wanted + 1))
  if (space !== null && half + space.index > start) return half + space.index
  let cut = wanted
  for (let back = 0; back < LONGEST_CHARACTER && cut > start + 1 && isInside(text, cut); back++) cut--
  if (isPair(text, cut)) cut = cut - 1 > start ? cut - 1 : cut + 1
  return cut
}

function isPair(text: string, at: number): boolean {
  return /[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(at - 1, at + 1))
}

function isInside(text: string, at: number): boolean {
  return isPair(text, at) || CONTINUES.test(text.slice(at, at + 2)) || text[at - 1] === '\u200d'
}
