/** A longer key is rare and is computed anew; without this a few texts could fill the memory with what never comes again. */
const KEY_CHARACTERS = 40

/**
 * Results for words, each computed once and kept while it is used: text is some ten thousand words over and over.
 *
 * At most `limit` are kept, in two generations: when the younger is full, the elder, with every word that was not met since, is forgotten.
 * What is kept of a text is the word alone.
 */
export class Memo<Value> {
  readonly #compute: (key: string) => Value
  readonly #limit: number
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()

  constructor(compute: (key: string) => Value, limit: number) {
    this.#compute = compute
    this.#limit = limit
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  get(key: string): Value {
    const kept = this.#young.get(key)
    if (kept !== undefined) return kept
    const value = this.#old.get(key) ?? this.#compute(key)
    if (key.length > KEY_CHARACTERS) return value
    if (this.#young.size >= this.#limit / 2) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(ownCopy(key), value)
    return value
  }
}

/** From this length on V8 keeps a part of a string as a window on the whole of it: a word would hold the document that it was met in. */
const WINDOW_CHARACTERS = 13

const ownCopy = (key: string): string => (key.length < WINDOW_CHARACTERS ? key : Buffer.from(key, 'utf16le').toString('utf16le'))
