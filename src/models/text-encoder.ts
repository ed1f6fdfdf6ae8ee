import type { PreTrainedTokenizer } from '@huggingface/transformers'
import { invariant } from '../core/errors.ts'
import { splitsAtSpace, WordTokens, type TokenizerFile } from './word-tokens.ts'

/** Token ids of one model input and, for pairs, which of the two texts each belongs to. */
export interface EncodedText {
  readonly ids: readonly number[]
  readonly types: readonly number[] | null
  readonly cut: boolean
}

export interface TextEncoderSettings {
  /** UTF-16 units of a text that are looked at. */
  readonly textCharacters: number
  /** Words whose tokens are kept. */
  readonly memoWords: number
}

/**
 * Turns text into token ids with the model's own special tokens around them, cut to a length from the end of the text, so
 * that the closing special token stays (transformers.js would cut it off). Where special tokens stand is learnt from the
 * tokenizer once: `a` and `b` are encoded alone and as a pair.
 *
 * Text that spells a special token (`[SEP]`) is ordinary text: a document cannot close its own input.
 */
export class TextEncoder {
  readonly #tokenizer: PreTrainedTokenizer
  readonly #textCharacters: number
  readonly #special: RegExp | null
  readonly #single: readonly [readonly number[], readonly number[]]
  /** Null where the tokenizer looks across white space. */
  readonly #words: WordTokens | null

  constructor(tokenizer: PreTrainedTokenizer, { textCharacters, memoWords }: TextEncoderSettings) {
    this.#tokenizer = tokenizer
    this.#textCharacters = textCharacters
    const isByWord = splitsAtSpace(tokenizer._tokenizerJSON as TokenizerFile)
    this.#words = isByWord ? new WordTokens((word) => this.#pieces(word), memoWords) : null
    this.#special = spelling(tokenizer.all_special_tokens)
    const body = this.#body('a')
    this.#single = around(tokenizer.encode('a'), body)
  }

  get padId(): number {
    return this.#tokenizer.pad_token_id
  }

  /** Tokens of a text, special tokens included, before any cut to the model's length. */
  count(text: string): number {
    const [before, after] = this.#single
    return before.length + this.#body(text).length + after.length
  }

  encode(text: string, maxTokens: number): EncodedText {
    const [before, after] = this.#single
    const looked = text.slice(0, this.#textCharacters)
    const body = this.#body(looked)
    const room = maxTokens - before.length - after.length
    const cut = body.length > room || looked.length < text.length
    return { ids: [...before, ...body.slice(0, room), ...after], types: null, cut }
  }

  /**
   * One input per passage. The passage gives way where a pair is too long: a score against half a question says nothing,
   * one against the beginning of a passage says something. The question itself may take half of the length.
   */
  encodePairs(query: string, passages: readonly string[], maxTokens: number): readonly EncodedText[] {
    const [a, b] = [this.#body('a'), this.#body('b')]
    const ids = this.#tokenizer.encode('a', { text_pair: 'b' })
    const [before, rest] = around(ids, a)
    const [between, after] = around(rest, b)
    const question = this.#body(query.slice(0, this.#textCharacters)).slice(0, Math.floor(maxTokens / 2))
    const head = [...before, ...question, ...between]
    const room = maxTokens - head.length - after.length
    return passages.map((passage) => {
      const body = this.#body(passage.slice(0, this.#textCharacters))
      const tail = [...body.slice(0, room), ...after]
      return { ids: [...head, ...tail], types: [...head.map(() => 0), ...tail.map(() => 1)], cut: body.length > room }
    })
  }

  #body(text: string): readonly number[] {
    const ordinary = this.#special === null ? text : text.replace(this.#special, (token) => `${token.slice(0, 1)} ${token.slice(1)}`)
    return this.#words === null ? this.#pieces(ordinary) : this.#words.ids(ordinary)
  }

  #pieces(text: string): readonly number[] {
    return this.#tokenizer.encode(text, { add_special_tokens: false })
  }
}

/** Matches any of the special tokens as they would be spelt in text. */
function spelling(tokens: readonly string[]): RegExp | null {
  const spelt = tokens.filter((token) => token.length > 1).map((token) => RegExp.escape(token))
  return spelt.length === 0 ? null : new RegExp(spelt.join('|'), 'gu')
}

/** What stands before and behind `body` in `whole`. */
function around(whole: readonly number[], body: readonly number[]): readonly [readonly number[], readonly number[]] {
  for (let at = 0; at + body.length <= whole.length; at++) {
    if (body.every((id, i) => whole[at + i] === id)) return [whole.slice(0, at), whole.slice(at + body.length)]
  }
  invariant(false, 'a tokenizer that encodes a text differently when special tokens are added')
}
