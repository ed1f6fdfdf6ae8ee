import type { ChunkId, DocumentId, IndexRef, TenantId } from '../ids.ts'
import type { PlanSettings } from '../plan/plan.ts'
import type { Evidence } from '../answer.ts'
import type { Filter, Span } from '../types.ts'
import type { Limits } from './limits.ts'

export interface RankRequest {
  readonly tenant: TenantId
  readonly index: IndexRef
  readonly query: string
  readonly filter: Filter | null
  /** False takes the default plan without asking the classifier. */
  readonly classify: boolean
  /** Laid over the plan, whatever the intent. */
  readonly overrides: Partial<PlanSettings>
  /** Legs are deepened until this many distinct documents stand in the ranking or nothing is left; 0 leaves the depths of the plan. */
  readonly documents: number
}

export interface RankedChunk {
  readonly chunk: ChunkId
  readonly doc: DocumentId
  /** Null beyond the candidates whose text was loaded. */
  readonly span: Span | null
  readonly score: number
  readonly evidence: readonly Evidence[]
}

export interface Ranking {
  /** Best first. Every exact duplicate stands beside its twin with the same score, so that each document is ranked. */
  readonly chunks: readonly RankedChunk[]
  readonly intent: string
  readonly reranked: boolean
  readonly degraded: boolean
  /** Milliseconds per stage. */
  readonly stages: Readonly<Record<string, number>>
}

/** The query path up to its ranking, without packing: what recall benchmarks measure. Same stages, same order, same code as `Retriever`. */
export interface Ranker {
  rank(request: RankRequest, limits: Limits): Promise<Ranking>
}
