import { evidenceWeight } from './objective.ts'
import type { Unit } from './passage.ts'
import type { PackRules } from './rules.ts'
import { runningSums } from './running-sums.ts'

/** The units `[from, to)` of a passage. */
export interface Run {
  readonly from: number
  readonly to: number
}

/** What runs of the units of one passage are worth, as if nothing else was packed and values added up, and about what they cost. */
export class RunWorth {
  readonly #values: readonly number[]
  readonly #tokens: readonly number[]
  readonly #frameTokens: number

  /** `frameTokens`: what a citation mark and the rest around a run take. */
  constructor(units: readonly Unit[], facets: PackRules['facets'], frameTokens: number) {
    this.#values = runningSums(units.map((unit) => additiveValue(unit, facets)))
    this.#tokens = runningSums(units.map(({ tokens }) => tokens))
    this.#frameTokens = frameTokens
  }

  of({ from, to }: Run): { readonly value: number; readonly tokens: number } {
    return {
      value: (this.#values[to] ?? 0) - (this.#values[from] ?? 0),
      tokens: (this.#tokens[to] ?? 0) - (this.#tokens[from] ?? 0) + this.#frameTokens,
    }
  }

  /** The run that brings most for its tokens, the first of equals; null of none. */
  best(runs: readonly Run[]): Run | null {
    const rate = (run: Run): number => this.of(run).value / Math.max(1, this.of(run).tokens)
    return runs.reduce<Run | null>((best, run) => (best === null || rate(run) > rate(best) ? run : best), null)
  }

  /** `run` grown by the one of its neighbours that brings more for its tokens; by the one behind it where both bring the same; null without neighbours. */
  better(run: Run, left: Run | undefined, right: Run | undefined): Run | null {
    const grown = [right, left].flatMap((by) => (by === undefined ? [] : [union(run, by)]))
    const before = this.of(run)
    const rate = (larger: Run): number => {
      const { value, tokens } = this.of(larger)
      return (value - before.value) / Math.max(1, tokens - before.tokens)
    }
    return grown.reduce<Run | null>((best, larger) => (best === null || rate(larger) > rate(best) ? larger : best), null)
  }
}

const union = (a: Run, b: Run): Run => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) })

function additiveValue(unit: Unit, facets: PackRules['facets']): number {
  return facets.reduce((sum, { weight }, q) => sum + weight * (unit.facets[q] ?? 0), evidenceWeight(unit))
}
