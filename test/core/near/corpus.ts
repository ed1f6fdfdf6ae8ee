/** A reproducible stream of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

const SYLLABLES = 'ka re mo ti lu sen dra vo pel nix or ba su ten gri al'.split(' ')

/** A made-up word, without capitals and digits. */
export function word(random: () => number): string {
  return Array.from({ length: 2 + Math.floor(random() * 2) }, () => SYLLABLES[Math.floor(random() * SYLLABLES.length)]).join('')
}

/** Sentences of made-up words. */
export function sentencesFrom(random: () => number, count = 12, words = 12): string[] {
  return Array.from({ length: count }, () => `${Array.from({ length: words }, () => word(random)).join(' ')}.`)
}

/** The text with about this share of its words replaced. */
export function edited(text: string, share: number, random: () => number): string {
  return text.replaceAll(/[a-z]+/g, (found) => (random() < share ? word(random) : found))
}
