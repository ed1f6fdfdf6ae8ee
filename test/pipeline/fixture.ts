import type { Clock } from '../../src/core/ports/clock.ts'
import type { ChunkId, DocumentId, RequestId, TenantId } from '../../src/core/ids.ts'
import type { Hit } from '../../src/core/ports/index-reader.ts'
import type { Plan } from '../../src/core/plan/plan.ts'
import type { Chunk } from '../../src/core/types.ts'
import type { RequestContext } from '../../src/pipeline/context.ts'
import type { Candidate } from '../../src/pipeline/load.ts'
import { Trace } from '../../src/pipeline/trace.ts'

/** Time that moves only when it is told to. */
export class ManualClock implements Clock {
  #ms = 0
  now(): number {
    return this.#ms
  }
  wall(): number {
    return this.#ms
  }
  advance(ms: number): void {
    this.#ms += ms
  }
}

export function contextWith(clock: Clock, deadline = 1000): RequestContext {
  const limits = { signal: new AbortController().signal, deadline }
  return { id: 'req_test' as RequestId, tenant: 'default' as TenantId, limits, clock, trace: new Trace(clock) }
}

export const PLAN: Plan = {
  retrieves: true,
  lexicalDepth: 4,
  vectorDepth: 4,
  fusion: 'min_max',
  vectorWeight: null,
  rerank: 'auto',
  rerankDepth: 32,
  rerankWeight: null,
  hierarchy: false,
  maxDocuments: null,
  budgetShare: 1,
  pricePer1kTokens: 0,
  intents: [{ label: 'lookup', confidence: 1, share: 1 }],
  critical: false,
}

export const hitOf = (id: string, score: number, textHash = id): Hit => ({
  row: 0n,
  chunk: id as ChunkId,
  doc: `doc-${id}` as DocumentId,
  textHash,
  group: textHash,
  score,
})

/** A loaded candidate whose text is its id. */
export function candidateOf(id: string, score: number): Candidate {
  const { chunk, doc, textHash, group, row } = hitOf(id, score)
  const text: Chunk = {
    id: chunk,
    doc,
    ordinal: 0,
    previous: null,
    next: null,
    gap: null,
    title: '',
    uri: null,
    headingPath: [],
    pages: null,
    span: { start: 0, end: id.length },
    text: id,
    textHash,
    sentences: [{ start: 0, end: id.length }],
    sentenceTokens: {},
    metadata: {},
  }
  return { row, chunk, doc, textHash, group, score, evidence: [], twins: [], text }
}
