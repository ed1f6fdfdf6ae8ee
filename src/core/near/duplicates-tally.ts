import type { Amount, SourceDuplicates } from './duplicates-report.ts'

/** A chunk as it is counted. */
export interface TalliedChunk {
  readonly source: string
  readonly textHash: string
  /** Text hash of the founder of the group that it joined; null for one that founded its own. */
  readonly founder: string | null
  readonly isSilent: boolean
  /** Whether it is the first of its document. */
  readonly isFirst: boolean
  readonly tokens: number
}

interface Sum {
  chunks: number
  tokens: number
}

interface SourceSum extends Sum {
  documents: number
  readonly exact: Sum
  readonly near: Sum
  readonly boilerplate: Sum
}

/** Adds up chunk after chunk, in any order; needs some 50 bytes for each different text. */
export class DuplicatesTally {
  readonly #sources = new Map<string, SourceSum>()
  readonly #texts = new Set<number>()
  /** Chunks of each group, by its founder. */
  readonly #groups = new Map<number, number>()
  /** Text hashes of the founders of groups of more than one chunk. */
  readonly #named = new Map<number, string>()

  add({ source, textHash, founder, isSilent, isFirst, tokens }: TalliedChunk): void {
    const sum = this.#sources.get(source) ?? emptySum()
    this.#sources.set(source, sum)
    if (isFirst) sum.documents += 1
    count(sum, tokens)
    this.#group(founder ?? textHash)
    const text = numberOf(textHash)
    if (isSilent) count(sum.boilerplate, tokens)
    else if (this.#texts.has(text)) count(sum.exact, tokens)
    else if (founder !== null) count(sum.near, tokens)
    if (!isSilent) this.#texts.add(text)
  }

  sources(most: number): { readonly total: SourceDuplicates; readonly sources: readonly SourceDuplicates[] } {
    const named = [...this.#sources]
      .map(([source, sum]) => ({ ...sum, source }))
      .sort((a, b) => b.tokens - a.tokens || (a.source < b.source ? -1 : 1))
    const shown = named.slice(0, most).map((sum) => closed(sum.source, sum))
    const rest = named.slice(most)
    const sources = rest.length === 0 ? shown : [...shown, closed('…', added(rest))]
    return { total: closed('', added(named)), sources }
  }

  /** Text hashes of the founders of the largest groups, with their numbers of chunks. */
  largest(most: number): readonly { readonly founder: string; readonly chunks: number }[] {
    return [...this.#named]
      .map(([key, founder]) => ({ founder, chunks: this.#groups.get(key) ?? 0 }))
      .sort((a, b) => b.chunks - a.chunks || (a.founder < b.founder ? -1 : 1))
      .slice(0, most)
  }

  #group(founder: string): void {
    const key = numberOf(founder)
    const chunks = (this.#groups.get(key) ?? 0) + 1
    this.#groups.set(key, chunks)
    if (chunks === 2) this.#named.set(key, founder)
  }
}

/** The first 52 bits of a text hash. */
const numberOf = (textHash: string): number => Number.parseInt(textHash.slice(0, 13), 16)

const emptySum = (): SourceSum => ({
  ...{ chunks: 0, tokens: 0, documents: 0 },
  ...{ exact: { chunks: 0, tokens: 0 }, near: { chunks: 0, tokens: 0 }, boilerplate: { chunks: 0, tokens: 0 } },
})

function count(sum: Sum, tokens: number): void {
  sum.chunks += 1
  sum.tokens += tokens
}

function added(sums: readonly SourceSum[]): SourceSum {
  const all = emptySum()
  for (const sum of sums) {
    all.documents += sum.documents
    for (const [to, from] of [
      [all, sum],
      [all.exact, sum.exact],
      [all.near, sum.near],
      [all.boilerplate, sum.boilerplate],
    ] as const) {
      to.chunks += from.chunks
      to.tokens += from.tokens
    }
  }
  return all
}

function closed(source: string, { documents, chunks, tokens, exact, near, boilerplate }: SourceSum): SourceDuplicates {
  const redundant = [exact, near, boilerplate].reduce((sum: number, kind: Amount) => sum + kind.tokens, 0)
  return { source, documents, chunks, tokens, exact, near, boilerplate, redundantShare: tokens === 0 ? 0 : redundant / tokens }
}
