import type { Move } from './move.ts'
import type { Passage } from './passage.ts'
import type { PackRules } from './rules.ts'
import { findTwins } from './twins.ts'

/** What is to be packed, with everything numbered: passages in the order that resolves ties, documents and sources in order of appearance. */
export interface Problem {
  readonly passages: readonly Passage[]
  readonly rules: PackRules
  /** Of each passage the number of its document and of its source. */
  readonly documents: readonly number[]
  readonly sources: readonly number[]
  /** Of each document. */
  readonly headTokens: readonly number[]
  readonly sourceCount: number
  readonly clusterCount: number
  /** Of each passage the passages with near-identical text. */
  readonly twins: readonly (readonly number[])[]
  /** Of each passage its moves while nothing is packed, filled in as they are asked for: several packings begin there. */
  readonly firstMoves: (readonly Move[])[]
}

/** The order of `passages` does not matter. Where passages of one document name different headings, the longest counts. */
export function problemOf(passages: readonly Passage[], rules: PackRules): Problem {
  const ordered = passages.toSorted((a, b) => a.rank - b.rank || (a.chunk < b.chunk ? -1 : 1))
  const documents = numbered(ordered.map(({ doc }) => doc))
  const sources = numbered(ordered.map(({ source }) => source))
  const headTokens = new Array<number>(documents.count).fill(0)
  ordered.forEach((passage, index) => {
    const document = documents.numbers[index] ?? 0
    headTokens[document] = Math.max(headTokens[document] ?? 0, passage.headTokens)
  })
  let clusterCount = 0
  for (const { units } of ordered) for (const { cluster } of units) clusterCount = Math.max(clusterCount, cluster + 1)
  return {
    passages: ordered,
    rules,
    documents: documents.numbers,
    sources: sources.numbers,
    headTokens,
    sourceCount: sources.count,
    clusterCount,
    twins: findTwins(ordered),
    firstMoves: [],
  }
}

function numbered(names: readonly string[]): { readonly numbers: readonly number[]; readonly count: number } {
  const known = new Map<string, number>()
  const numbers = names.map((name) => {
    const number = known.get(name) ?? known.size
    known.set(name, number)
    return number
  })
  return { numbers, count: known.size }
}
