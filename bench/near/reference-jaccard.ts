import { normalise } from '../../src/core/text/normalise.ts'

/** Runs of three words inside sentences, as strings: written apart from what is measured with it. */
export function referenceShingles(text: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const sentence of normalise(text).split(/(?<=[.!?…])(?=\s)/u)) {
    const words = sentence.match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []
    if (words.length > 0 && words.length < 3) found.add(words.join(' '))
    for (let at = 0; at + 3 <= words.length; at++) found.add(words.slice(at, at + 3).join(' '))
  }
  return found
}

export function referenceJaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = a.intersection(b).size
  const union = a.size + b.size - shared
  return union === 0 ? 1 : shared / union
}
