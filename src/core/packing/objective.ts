import type { Passage, Unit } from './passage.ts'
import type { PackRules } from './rules.ts'

/** Length of evidence, in tokens, that counts once: a unit twice as long and as probable counts twice, as recall by characters does. */
const EVIDENCE_TOKENS = 25

/** Shorter units (`See below.`) may be said again: it takes them to read on. */
const REPEATED_TOKENS = 8

/**
 * How much a set S of units covers:
 *
 *   f(S) = Σ over clusters of max over u in S of value_u · tokens_u / 25  +  Σ over facets q of weight_q · (1 − Π over u in S of (1 − r_uq))
 *
 * Near-identical units count once (the best of them), and each facet saturates, so that the first unit that speaks of a facet brings more than
 * any later one. Both sums are monotone and submodular (a maximum of weights, and a noisy-or; Krause and Golovin 2014), hence so is f: what a
 * unit adds never grows while others are added. Terms are computed in a form that rounding leaves monotone as well, which lazy evaluation relies on.
 */
export class Coverage {
  /**
   * Tokens that were ever added, and of these the tokens of units that another passage had covered. `restore` does not take them back: only differences
   * mean something.
   */
  addedTokens = 0
  repeatedTokens = 0
  /** The heaviest covered unit of each cluster. */
  readonly #held: Float64Array
  /** Of each cluster the passage that covered it first: what a text says twice by itself is no repetition. */
  readonly #holders: (Passage | undefined)[] = []
  /** Of each facet: the product of (1 − r). */
  readonly #missing: Float64Array
  readonly #weights: Float64Array
  /** What `restore` goes back to: clusters that were changed since with what they held, and all facets. */
  readonly #changed: number[] = []
  readonly #changedFrom: number[] = []
  readonly #savedMissing: Float64Array

  constructor(clusters: number, facets: PackRules['facets']) {
    this.#held = new Float64Array(clusters)
    this.#missing = new Float64Array(facets.length).fill(1)
    this.#savedMissing = new Float64Array(facets.length)
    this.#weights = Float64Array.from(facets, ({ weight }) => weight)
  }

  /** Adds what variant `to` shows beyond variant `from` of the same chain (-1: nothing is shown yet); returns what that added to f. */
  grow(passage: Passage, from: number, to: number): number {
    const { variants } = passage
    const after = variants[to]
    if (after === undefined) return 0
    const before = variants[from] ?? { from: after.from, to: after.from }
    return this.#addAll(passage, after.from, before.from) + this.#addAll(passage, before.to, after.to)
  }

  /** Makes the present state the one that `restore` goes back to. */
  save(): void {
    this.#changed.length = 0
    this.#changedFrom.length = 0
    this.#savedMissing.set(this.#missing)
  }

  restore(): void {
    // Backwards, since a cluster may have changed more than once.
    for (let at = this.#changed.length - 1; at >= 0; at--) this.#held[this.#changed[at] ?? 0] = this.#changedFrom[at] ?? 0
    this.#missing.set(this.#savedMissing)
    this.save()
  }

  #addAll(passage: Passage, from: number, to: number): number {
    let gain = 0
    for (let at = from; at < to; at++) gain += this.#add(passage.units[at] as Unit, passage)
    return gain
  }

  #add(unit: Unit, passage: Passage): number {
    let gain = 0
    const weight = evidenceWeight(unit)
    const held = this.#held[unit.cluster] ?? 0
    this.addedTokens += unit.tokens
    if (held === 0) this.#holders[unit.cluster] = passage
    else if (this.#holders[unit.cluster] !== passage && unit.tokens >= REPEATED_TOKENS) this.repeatedTokens += unit.tokens
    if (weight > held) {
      this.#changed.push(unit.cluster)
      this.#changedFrom.push(held)
      this.#held[unit.cluster] = weight
      gain = weight - held
    }
    for (let q = 0; q < this.#missing.length; q++) {
      const degree = unit.facets[q] ?? 0
      const missing = this.#missing[q] ?? 0
      this.#missing[q] = missing * (1 - degree)
      gain += (this.#weights[q] ?? 0) * missing * degree
    }
    return gain
  }
}

/** Expected evidence of a unit on its own. */
export const evidenceWeight = ({ value, tokens }: Unit): number => (value * tokens) / EVIDENCE_TOKENS
