import type { ChunkId, DocumentId } from '../ids.ts'
import type { Hit, RowHandle } from '../ports/index-reader.ts'
import type { Evidence } from '../answer.ts'

/** A candidate after fusion. `score` is in [0, 1]; `evidence` keeps what each leg said. */
export interface Fused {
  readonly row: RowHandle
  readonly chunk: ChunkId
  readonly doc: DocumentId
  readonly textHash: string
  readonly group: string
  readonly score: number
  readonly evidence: readonly Evidence[]
}

export interface Leg {
  readonly name: 'lexical' | 'vector'
  readonly weight: number
  /** Sorted, best first. */
  readonly hits: readonly Hit[]
}

/** Turns the hits of one leg into the points that the leg gives to each of them, before its weight. */
export type Points = (hits: readonly Hit[]) => readonly number[]

/** Adds up weighted points per chunk; a chunk that a leg did not find gets nothing from it. Sorted by (score, chunk id). */
export function fuseLegs(legs: readonly Leg[], points: Points): readonly Fused[] {
  const byChunk = new Map<ChunkId, { hit: Hit; score: number; evidence: Evidence[] }>()
  for (const leg of legs) {
    const given = points(leg.hits)
    leg.hits.forEach((hit, position) => {
      const entry = byChunk.get(hit.chunk) ?? { hit, score: 0, evidence: [] }
      entry.score += leg.weight * (given[position] ?? 0)
      entry.evidence.push({ leg: leg.name, rank: position + 1, score: hit.score })
      byChunk.set(hit.chunk, entry)
    })
  }
  const fused = [...byChunk.values()].map(({ hit, score, evidence }) => ({
    row: hit.row,
    chunk: hit.chunk,
    doc: hit.doc,
    textHash: hit.textHash,
    group: hit.group,
    score,
    evidence,
  }))
  return fused.sort(byScoreThenChunk)
}

/** The order of every ranking in Ration: score descending, then chunk id ascending, so that no tie is left to chance. */
export function byScoreThenChunk(
  a: { readonly score: number; readonly chunk: string },
  b: { readonly score: number; readonly chunk: string },
): number {
  if (a.score !== b.score) return b.score - a.score
  return a.chunk < b.chunk ? -1 : a.chunk > b.chunk ? 1 : 0
}
