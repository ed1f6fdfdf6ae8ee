/** The distinct words of a text as numbers in ascending order, the rarest of all texts first; `telling` says which of them make another statement. */
export interface NumberedWords {
  readonly words: Int32Array
  readonly telling: string
}

const WORD = /[\p{L}\p{N}_]+/gu

/** A word that makes another statement of an otherwise equal one: a number or a negation. */
const TELLING = /\p{N}|^(?:not|no|never|none|neither|nor|without|cannot|t|kein\p{L}*|nicht|nie|niemals|ohne)$/u

/** Words with a capital that no sentence begins with: names, which make another statement as well. */
const NAME = /(?<=[\p{L}\p{N},;:)\]'"’] {0,3})\p{Lu}[\p{L}\p{N}_]*/gu

/** The names of a text, as they stand in its normalised form. */
export function namesOf(text: string): ReadonlySet<string> {
  return new Set((text.match(NAME) ?? []).map((name) => name.toLowerCase()))
}

/** Words of normalised texts, with the names of each. Equal frequencies are told apart by the word, so that numbers do not depend on the order of the texts. */
export function wordNumbers(texts: readonly { readonly text: string; readonly names: ReadonlySet<string> }[]): readonly NumberedWords[] {
  const found = texts.map(({ text }) => new Set(text.match(WORD)))
  const frequency = new Map<string, number>()
  for (const words of found) for (const word of words) frequency.set(word, (frequency.get(word) ?? 0) + 1)
  const byRarity = [...frequency].sort(([a, m], [b, n]) => m - n || (a < b ? -1 : 1)).map(([word]) => word)
  const numbers = new Map(byRarity.map((word, number) => [word, number]))
  const isTelling = byRarity.map((word) => TELLING.test(word))
  return found.map((set, at) => {
    const names = new Set([...(texts[at]?.names ?? [])].map((name) => numbers.get(name) ?? -1))
    const words = Int32Array.from(set, (word) => numbers.get(word) ?? 0).sort()
    return { words, telling: words.filter((word) => isTelling[word] || names.has(word)).join() }
  })
}

/** Whether the Jaccard similarity |A ∩ B| / |A ∪ B| of two ascending lists is at least `threshold`; given up as soon as it cannot be any more. */
export function sharesWords(a: Int32Array, b: Int32Array, threshold: number): boolean {
  const total = a.length + b.length
  const isEnough = (shared: number): boolean => shared >= threshold * (total - shared)
  let shared = 0
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (!isEnough(shared + Math.min(a.length - i, b.length - j))) return false
    const [left, right] = [a[i] ?? 0, b[j] ?? 0]
    if (left === right) shared += 1
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  return isEnough(shared)
}
