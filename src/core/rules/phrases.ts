import { normalise } from '../text/normalise.ts'

/** Scripts that are written without blanks: each of their characters is a word. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}`
const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}])+`, 'gu')

/** The words of a text as phrases are compared: case, punctuation, width and invisible characters do not matter. */
export function phraseWords(text: string): string[] {
  return normalise(text.replace(/\p{Cf}/gu, '')).match(WORD) ?? []
}

/** One word of one or more phrases, and what may follow it. */
interface Node<Mark> {
  readonly next: Map<string, Node<Mark>>
  /** Marks of the phrases that end here. */
  readonly ends: Set<Mark>
  /** Last words that stand for every word that begins with them. */
  readonly prefixes: Map<string, Set<Mark>>
  readonly prefixLengths: Set<number>
}

const emptyNode = <Mark>(): Node<Mark> => ({ next: new Map(), ends: new Set(), prefixes: new Map(), prefixLengths: new Set() })

/**
 * Finds phrases as whole words in a text. A phrase that ends in `*` ends with the beginning of a word: `cancel my sub*`.
 * Matching reads a tree of words: at each word of the text it goes on for as many words as the longest phrase has, and never back,
 * so no text is slow to match. Regular expressions are not offered because some of them are.
 */
export function createPhraseFinder<Mark>(
  phrases: readonly { readonly phrase: string; readonly mark: Mark }[],
): (text: string) => ReadonlySet<Mark> {
  const root = emptyNode<Mark>()
  for (const { phrase, mark } of phrases) add(root, phrase, mark)
  return (text) => {
    const found = new Set<Mark>()
    if (root.next.size === 0 && root.prefixes.size === 0) return found
    const words = phraseWords(text)
    for (let start = 0; start < words.length; start += 1) collect(root, words, start, found)
    return found
  }
}

function add<Mark>(root: Node<Mark>, phrase: string, mark: Mark): void {
  const isPrefix = phrase.trimEnd().endsWith('*')
  const words = phraseWords(phrase)
  const last = isPrefix ? words.pop() : undefined
  let node = root
  for (const word of words) {
    const next = node.next.get(word) ?? emptyNode<Mark>()
    node.next.set(word, next)
    node = next
  }
  if (last === undefined) {
    if (node !== root) node.ends.add(mark)
    return
  }
  node.prefixes.set(last, (node.prefixes.get(last) ?? new Set()).add(mark))
  node.prefixLengths.add(last.length)
}

/** What begins at `start`. */
function collect<Mark>(root: Node<Mark>, words: readonly string[], start: number, found: Set<Mark>): void {
  let node: Node<Mark> | undefined = root
  for (let at = start; node !== undefined && at < words.length; at += 1) {
    const word: string = words[at] ?? ''
    for (const length of node.prefixLengths) {
      if (length <= word.length) for (const mark of node.prefixes.get(word.slice(0, length)) ?? []) found.add(mark)
    }
    node = node.next.get(word)
    for (const mark of node?.ends ?? []) found.add(mark)
  }
}
