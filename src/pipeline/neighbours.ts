import type { ChunkId } from '../core/ids.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { Chunk } from '../core/types.ts'
import { withReserve, type RequestContext } from './context.ts'
import { inPieces } from './in-pieces.ts'
import type { Candidate } from './load.ts'
import type { PipelineSettings } from './settings.ts'
import { failure, isWeather } from './trace.ts'

/** Chunks around a candidate that are no candidates themselves, in reading order. */
export interface Neighbours {
  readonly before: readonly Chunk[]
  readonly after: readonly Chunk[]
}

export const ALONE: Neighbours = { before: [], after: [] }

/**
 * What stands around the best candidates, so that they can be shown with it. Each chunk is the neighbour of one candidate at most: of the better. One that is a
 * candidate, or a duplicate of one, is nobody's neighbour.
 * Without neighbours passages are shown as they are, so a failure costs the answer no more than that.
 */
export function createNeighboursStage(settings: PipelineSettings) {
  const { neighbours: radius, neighbourPassages } = settings.packing
  const { candidates: most, reserveMs } = settings.retrieve

  return {
    name: 'neighbours',
    async run(
      input: { readonly candidates: readonly Candidate[]; readonly reader: IndexReader },
      context: RequestContext,
    ): Promise<ReadonlyMap<ChunkId, Neighbours>> {
      const best = input.candidates.slice(0, neighbourPassages)
      if (radius === 0 || best.length === 0) {
        context.trace.notPlanned('neighbours')
        return new Map()
      }
      return context.trace.run('neighbours', async () => {
        const taken = new Set(input.candidates.flatMap(({ chunk, twins }) => [chunk, ...twins.map((twin) => twin.chunk)]))
        const read = (ids: readonly ChunkId[]) =>
          inPieces(ids, most, (piece) => input.reader.chunks(piece, withReserve(context, reserveMs)))
        const around = new Map(best.map(({ chunk }): [ChunkId, Neighbours] => [chunk, ALONE]))
        try {
          for (let distance = 0; distance < radius; distance += 1) await widen(best, around, taken, read)
        } catch (error) {
          if (!isWeather(error)) throw error
          return [around, { in: best.length, out: 0, ...failure(error) }]
        }
        return [around, { in: best.length, out: sizeOf(around) }]
      })
    },
  }
}

/** One more chunk on either side of each candidate, where the last one found knows it and nobody has it. */
async function widen(
  best: readonly Candidate[],
  around: Map<ChunkId, Neighbours>,
  taken: Set<ChunkId>,
  read: (ids: readonly ChunkId[]) => Promise<readonly Chunk[]>,
): Promise<void> {
  const wanted = best.map(({ chunk, text }) => {
    const { before, after } = around.get(chunk) ?? ALONE
    const [first, last] = [before[0] ?? text, after.at(-1) ?? text]
    // Behind a heading stands something else, which is not shown with it; in front of the next one it is seen only when that is loaded.
    return { chunk, previous: first.gap === null ? null : claim(first.previous), next: claim(last.next) }
  })
  const ids = wanted.flatMap(({ previous, next }) => [previous ?? [], next ?? []].flat())
  const found = new Map((await read(ids)).map((chunk) => [chunk.id, chunk]))
  for (const { chunk, previous, next } of wanted) {
    const { before, after } = around.get(chunk) ?? ALONE
    around.set(chunk, {
      before: [...chunkOf(previous), ...before],
      after: [...after, ...chunkOf(next)],
    })
  }

  function claim(id: ChunkId | null): ChunkId | null {
    if (id === null || taken.has(id)) return null
    taken.add(id)
    return id
  }

  function chunkOf(id: ChunkId | null): readonly Chunk[] {
    const chunk = id === null ? undefined : found.get(id)
    return chunk === undefined ? [] : [chunk]
  }
}

function sizeOf(around: ReadonlyMap<ChunkId, Neighbours>): number {
  return [...around.values()].reduce((sum, { before, after }) => sum + before.length + after.length, 0)
}
