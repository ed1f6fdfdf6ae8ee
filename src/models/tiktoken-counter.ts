import { get_encoding, type Tiktoken } from 'tiktoken'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import type { Encoding } from '../core/types.ts'
import { stretches } from './token-runs.ts'

/**
 * Counts with one of OpenAI's encodings. Exact, but for a run of more than `runCharacters` UTF-16 units without a seam: it counts
 * as its UTF-8 bytes, which no byte-level encoding exceeds. Text that spells a special token is ordinary text.
 * The encoder is WebAssembly memory (10 to 70 MB), loaded by the first count and given back by `free`.
 */
export class TiktokenCounter implements TokenCounter {
  readonly name: Encoding
  readonly exact = true
  readonly #runCharacters: number
  #encoder: Tiktoken | null = null

  constructor(name: Encoding, runCharacters: number) {
    this.name = name
    this.#runCharacters = runCharacters
  }

  count(text: string): number {
    if (text === '') return 0
    const encoder = (this.#encoder ??= get_encoding(this.name))
    let tokens = 0
    for (const stretch of stretches(text, this.#runCharacters))
      tokens += stretch.countable ? encoder.encode_ordinary(stretch.text).length : Buffer.byteLength(stretch.text)
    return tokens
  }

  free(): void {
    this.#encoder?.free()
    this.#encoder = null
  }
}
