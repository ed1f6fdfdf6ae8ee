import { Memo } from './memo.ts'

/** White space to every tokenizer; others of Unicode are ordinary characters to some. */
const SPACE = /[ \t\n\r]+/u

/**
 * Token ids of a text as those of its words, each of which is encoded once: a look-up costs a tenth of encoding a word again. Only for
 * tokenizers that never look across white space (`splitsAtSpace`).
 */
export class WordTokens {
  readonly #words: Memo<readonly number[]>

  /** Keeps at most `limit` words. */
  constructor(encode: (word: string) => readonly number[], limit: number) {
    this.#words = new Memo(encode, limit)
  }

  ids(text: string): number[] {
    const ids: number[] = []
    for (const word of text.split(SPACE)) {
      if (word === '') continue
      for (const id of this.#words.get(word)) ids.push(id)
    }
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
