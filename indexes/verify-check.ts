import type { VerifyCheck } from '../src/core/ports/index-registry.ts'

const EXAMPLES = 20

/** One promise of an index: how often it was looked at, and examples of where it does not hold. */
export class Check {
  readonly #name: string
  readonly #problems: string[] = []
  #found = 0
  #checked = 0

  constructor(name: string) {
    this.#name = name
  }

  /** The condition, so that a caller can do something about it. */
  expect(condition: boolean, problem: () => string): boolean {
    this.#checked++
    if (condition) return true
    this.#found++
    if (this.#problems.length < EXAMPLES) this.#problems.push(problem())
    return false
  }

  get result(): VerifyCheck {
    return { name: this.#name, ok: this.#found === 0, checked: this.#checked, problems: this.#problems }
  }
}
