import type { TokenCounter } from '../ports/token-counter.ts'
import { isTokenSeam } from '../text/token-seam.ts'
import { runningSums } from './running-sums.ts'

/** A piece of the text that runs are taken from, as rendered: its leading white space included, made harmless for the template. */
export interface TextPiece {
  readonly text: string
  /** UTF-16 units that a run which begins here leaves out. */
  readonly lead: number
}

/** What stands around a run. */
export interface Frame {
  readonly before: string
  readonly after: string
}

/** How far a seam is looked for, in UTF-16 units; text without one for longer is counted together with what stands around it. */
const REACH = 200

/** What each piece adds behind those before it (and `before` the first), so that the counts add up to the count of the whole. */
export function pieceTokens(pieces: readonly TextPiece[], counter: TokenCounter, before = ''): readonly number[] {
  let seen = before
  return pieces.map(({ text }) => {
    const tokens = tokensBehind(seen, text, counter)
    seen = seen.slice(-REACH) + text
    return tokens
  })
}

/** What `text` adds behind `before`: counted together with what stands between it and the last seam, less what that costs alone. */
export function tokensBehind(before: string, text: string, counter: TokenCounter): number {
  const context = counter.exact ? before.slice(seamBefore(before, before.length)) : ''
  return counter.count(context + text) - (context === '' ? 0 : counter.count(context))
}

/** Counts the runs of pieces of one text from the counts of the pieces; only a few characters around the ends of a run are tokenised. */
export class RunTokens {
  readonly #counter: TokenCounter
  readonly #whole: string
  readonly #pieces: readonly TextPiece[]
  /** Where each piece begins, and where the last one ends. */
  readonly #offsets: readonly number[]
  /** Tokens of all pieces before each piece, and of all. */
  readonly #sums: readonly number[]

  /** `tokens` are what the pieces add behind each other (`pieceTokens`). */
  constructor(pieces: readonly TextPiece[], tokens: readonly number[], counter: TokenCounter) {
    this.#counter = counter
    this.#whole = pieces.map(({ text }) => text).join('')
    this.#pieces = pieces
    this.#offsets = runningSums(pieces.map(({ text }) => text.length))
    this.#sums = runningSums(tokens)
  }

  /**
   * Tokens of the pieces `[from, to)` with `frame` around them, the white space at their beginning left out: those of the rendered text where the
   * counter is exact and the pieces add up. Of an estimate the sum over the parts: no less than the truth, but not the estimate of the whole.
   *
   * A tokenizer's split pattern sees a few characters across a seam, so the word at the beginning of the run may be another token than where it
   * stands in the text; the same goes for the sign at its end. Both are counted in either surroundings, up to the nearest place where tokens add up
   * whatever stands around.
   */
  tokens(from: number, to: number, { before, after }: Frame): number {
    const counter = this.#counter
    const begin = this.#offset(from)
    const start = begin + (this.#pieces[from]?.lead ?? 0)
    const end = this.#offset(to)
    const [head, tail] = [seamAfter(this.#whole, start), seamBefore(this.#whole, end)]
    const inside = (this.#sums[to] ?? 0) - (this.#sums[from] ?? 0)
    if (!counter.exact) return counter.count(before) + inside + counter.count(after)
    if (head > tail) return counter.count(before + this.#whole.slice(start, end) + after)
    const wasBeginning = tokensBehind(this.#whole.slice(Math.max(0, begin - REACH), begin), this.#whole.slice(begin, head), counter)
    const beginning = tokensBehind(before, this.#whole.slice(start, head), counter)
    return counter.count(before) + beginning - wasBeginning + inside + tokensBehind(this.#whole.slice(tail, end), after, counter)
  }

  #offset(piece: number): number {
    return this.#offsets[piece] ?? 0
  }
}

/** The last seam before `at`, or as far back as is looked for. */
function seamBefore(text: string, at: number): number {
  const limit = Math.max(0, at - REACH)
  let seam = at - 1
  while (seam > limit && !isTokenSeam(text, seam)) seam -= 1
  return Math.max(limit, seam)
}

/** The first seam behind `at`, or as far as is looked for. */
function seamAfter(text: string, at: number): number {
  const limit = Math.min(text.length, at + REACH)
  let seam = at + 1
  while (seam < limit && !isTokenSeam(text, seam)) seam += 1
  return Math.min(limit, seam)
}
