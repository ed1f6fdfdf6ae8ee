/** A longer word is rare and is encoded anew; without this a few texts could fill the memory with what never comes again. */
const WORD_CHARACTERS = 40
/** White space to every tokenizer; others of Unicode are ordinary characters to some. */
const SPACE = /[ \t\n\r]+/u

/**
 * Token ids of words, each encoded once and kept while it is used: text is some ten thousand words over and over, and a look-up costs a
 * tenth of encoding one again. Only for tokenizers that never look across white space (`splitsAtSpace`), whose ids of a text are
 * then the ids of its words in order.
 *
 * At most `limit` words are kept, in two generations: when the younger is full, the elder, with every word that was not
 * met since, is forgotten.
 */
export class WordMemo {
  readonly #encode: (word: string) => readonly number[]
  readonly #limit: number
  #young = new Map<string, readonly number[]>()
  #old = new Map<string, readonly number[]>()

  constructor(encode: (word: string) => readonly number[], limit: number) {
    this.#encode = encode
    this.#limit = limit
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  ids(text: string): number[] {
    const ids: number[] = []
    for (const word of text.split(SPACE)) {
      if (word === '') continue
      for (const id of this.#word(word)) ids.push(id)
    }
    return ids
  }

  #word(word: string): readonly number[] {
    const kept = this.#young.get(word)
    if (kept !== undefined) return kept
    const ids = this.#old.get(word) ?? this.#encode(word)
    if (word.length > WORD_CHARACTERS) return ids
    if (this.#young.size >= this.#limit / 2) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(word, ids)
    return ids
  }
}

/** What is read of a `tokenizer.json`. */
export interface TokenizerFile {
  readonly normalizer: { readonly type: string } | null
  readonly pre_tokenizer: { readonly type: string } | null
  readonly model: { readonly type: string }
}

/** Whether a tokenizer treats the words of a text one by one: BERT's does, from its normaliser to its pieces. */
export function splitsAtSpace({ normalizer, pre_tokenizer, model }: TokenizerFile): boolean {
  const normalises = normalizer === null || normalizer.type === 'BertNormalizer'
  return normalises && pre_tokenizer?.type === 'BertPreTokenizer' && model.type === 'WordPiece'
}
