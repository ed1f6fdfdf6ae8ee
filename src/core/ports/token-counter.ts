/**
 * Counts the tokens of a text as a language model would.
 *
 * - `count` is synchronous, never below the truth, 0 for the empty string, and takes special-token text as ordinary text.
 * - `exact` counters give the truth; others an upper estimate, and their `name` says so: `estimate(<model>)`.
 * - Bounded on pathological text: an unbroken run longer than the counter's limit is over-counted, never searched quadratically.
 */
export interface TokenCounter {
  readonly name: string
  readonly exact: boolean
  count(text: string): number
}

/** Resolves a tokenizer encoding or a model name; throws AppError `unknown_tokenizer` with the names that exist. */
export interface TokenCounters {
  resolve(tokenizerOrModel: string): TokenCounter
}
