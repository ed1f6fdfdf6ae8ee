import type { RequestId } from '../core/ids.ts'
import type { RankedChunk, Ranker } from '../core/ports/ranker.ts'
import { parseIndexRef } from '../core/index-ref.ts'
import { byScoreThenChunk } from '../core/fusion/fused.ts'
import type { Collapsed } from '../core/fusion/collapse.ts'
import type { Chunk } from '../core/types.ts'
import type { RequestContext } from './context.ts'
import { rank, type Ranked } from './rank.ts'
import type { PipelinePorts } from './retrieve.ts'
import type { Stages } from './stages.ts'
import { Trace } from './trace.ts'

/** The query path up to its ranking, for benchmarks. */
export function createRanker(stages: Stages, ports: PipelinePorts): Ranker {
  return {
    async rank(request, limits) {
      const { tenant, index, filter, query, classify, overrides, documents } = request
      const trace = new Trace(ports.clock)
      const context: RequestContext = { id: 'req_rank' as RequestId, tenant, limits, clock: ports.clock, trace }
      const { name, ref } = parseIndexRef(index)
      const reader = await ports.indexes.pin(tenant, name, limits, ref)
      try {
        const profile = await ports.profiles.open(reader.declaration.profile)
        const asked = { query, intent: null, classify, mode: 'auto' as const, overrides }
        const ranked = await rank(stages, { asked, filter, profile, reader, documents }, context)
        return {
          chunks: rankedChunks(ranked),
          intent: ranked.plan.intents[0]?.label ?? 'default',
          reranked: ranked.rerankPairs > 0,
          degraded: trace.degraded,
          stages: Object.fromEntries(trace.records.map((record) => [record.name, record.ms])),
        }
      } finally {
        reader.release()
      }
    },
  }
}

function rankedChunks(ranked: Ranked): readonly RankedChunk[] {
  const loaded = ranked.candidates.flatMap((candidate) => withTwins(candidate, candidate.text))
  const rest = ranked.rest.flatMap((candidate) => withTwins(candidate, null))
  return [...loaded.sort(byScoreThenChunk), ...rest]
}

/** A text stands wherever its duplicates stand: each place is ranked with the score of the text. */
function withTwins(candidate: Collapsed, text: Chunk | null): readonly RankedChunk[] {
  const { score, evidence } = candidate
  const own = { chunk: candidate.chunk, doc: candidate.doc, span: text?.span ?? null, score, evidence }
  return [own, ...candidate.twins.map((twin) => ({ chunk: twin.chunk, doc: twin.doc, span: null, score, evidence: twin.evidence }))]
}
