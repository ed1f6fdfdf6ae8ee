import type { DropReason } from '../answer.ts'
import { invariant } from '../errors.ts'
import type { Move } from './move.ts'
import { Coverage } from './objective.ts'
import type { Passage } from './passage.ts'
import type { Problem } from './problem.ts'
import type { Step } from './selection.ts'

/** Gains below this are rounding. */
const NOTHING = 1e-9

/** A packing under way: what is shown of each passage, what that costs and covers. Passages are named by their number in the problem. */
export class PackState {
  readonly problem: Problem
  readonly steps: Step[] = []
  tokens = 0
  value = 0
  readonly #coverage: Coverage
  readonly #levels: Int32Array
  /** Of each passage the number of the packed twin that makes it superfluous, or -1. */
  readonly #closedBy: Int32Array
  readonly #documentTokens: Float64Array
  readonly #documentOpen: Uint8Array
  readonly #sourceTokens: Float64Array
  #items = 0
  #documents = 0

  constructor(problem: Problem) {
    this.problem = problem
    this.#coverage = new Coverage(problem.clusterCount, problem.rules.facets)
    this.#levels = new Int32Array(problem.passages.length).fill(-1)
    this.#closedBy = new Int32Array(problem.passages.length).fill(-1)
    this.#documentTokens = new Float64Array(problem.headTokens.length)
    this.#documentOpen = new Uint8Array(problem.headTokens.length)
    this.#sourceTokens = new Float64Array(problem.sourceCount)
  }

  /** The state that these steps of an earlier packing of the same passages lead to. */
  static after(problem: Problem, steps: readonly Step[]): PackState {
    const state = new PackState(problem)
    const numbers = new Map(problem.passages.map((passage, index) => [passage.chunk, index]))
    for (const { passage, to, gain } of steps) state.take({ index: numbers.get(passage.chunk) ?? -1, to, gain })
    return state
  }

  passage(index: number): Passage {
    const passage = this.problem.passages[index]
    invariant(passage !== undefined, `passage ${index}`)
    return passage
  }

  /** Position in the chain of what is shown; -1 for nothing. */
  level(index: number): number {
    return this.#levels[index] ?? -1
  }

  closedBy(index: number): number {
    return this.#closedBy[index] ?? -1
  }

  isOpen(document: number): boolean {
    return this.#documentOpen[document] === 1
  }

  cost(index: number, to: number): number {
    const { variants } = this.passage(index)
    const document = this.problem.documents[index] ?? 0
    const head = this.isOpen(document) ? 0 : (this.problem.headTokens[document] ?? 0)
    return (variants[to]?.tokens ?? 0) - (variants[this.level(index)]?.tokens ?? 0) + head
  }

  /** The first rule that forbids spending `cost` on this passage, where all of them together may take `upTo` tokens. */
  forbids(index: number, cost: number, upTo: number): DropReason | null {
    const { rules, documents, sources } = this.problem
    const document = documents[index] ?? 0
    if (this.tokens + cost > upTo) return 'over_budget'
    if (this.level(index) < 0 && this.#items >= rules.maxItems) return 'over_budget'
    if (!this.isOpen(document) && this.#documents >= rules.maxDocuments) return 'over_budget'
    if ((this.#documentTokens[document] ?? 0) + cost > rules.tokensPerDocument) return 'per_document_cap'
    if ((this.#sourceTokens[sources[index] ?? 0] ?? 0) + cost > rules.tokensPerSource) return 'per_source_cap'
    return null
  }

  /** The moves of a passage from here that gain something and do not mostly repeat what is packed, smallest first, whether or not the caps allow them. */
  moves(index: number): readonly Move[] {
    if (this.steps.length > 0) return this.#movesFromHere(index)
    const known = this.problem.firstMoves[index] ?? this.#movesFromHere(index)
    this.problem.firstMoves[index] = known
    return known
  }

  #movesFromHere(index: number): readonly Move[] {
    const passage = this.passage(index)
    this.#coverage.save()
    const moves: Move[] = []
    const { addedTokens, repeatedTokens } = this.#coverage
    let gain = 0
    for (let to = this.level(index) + 1; to < passage.variants.length; to++) {
      gain += this.#coverage.grow(passage, to - 1, to)
      const tokens = this.cost(index, to)
      const repeated = this.#coverage.repeatedTokens - repeatedTokens
      const isNews = repeated <= this.problem.rules.repeatedShare * (this.#coverage.addedTokens - addedTokens)
      if (gain > NOTHING && isNews) moves.push({ index, to, gain, tokens, efficiency: gain / Math.max(1, tokens) })
    }
    this.#coverage.restore()
    return moves
  }

  take({ index, to, gain }: Pick<Move, 'index' | 'to' | 'gain'>): void {
    const { problem } = this
    const passage = this.passage(index)
    const from = this.level(index)
    const tokens = this.cost(index, to)
    const document = problem.documents[index] ?? 0
    const source = problem.sources[index] ?? 0
    invariant(to > from && this.forbids(index, tokens, problem.rules.tokens) === null, `step to variant ${to} of ${passage.chunk}`)
    this.#coverage.grow(passage, from, to)
    this.steps.push({ passage, from, to, gain, tokens })
    this.tokens += tokens
    this.value += gain
    this.#levels[index] = to
    this.#documentTokens[document] = (this.#documentTokens[document] ?? 0) + tokens
    this.#sourceTokens[source] = (this.#sourceTokens[source] ?? 0) + tokens
    if (!this.isOpen(document)) this.#documents += 1
    this.#documentOpen[document] = 1
    if (from >= 0) return
    this.#items += 1
    for (const twin of problem.twins[index] ?? []) if (this.closedBy(twin) < 0) this.#closedBy[twin] = index
  }
}
